import { randomUUID } from 'node:crypto'
import { utcDay } from '../../domain/time.js'
import type { ProjectHealth } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { projectHealthSample } from './samples/project-health.js'
import type { Scope } from './scope.js'

/** The health of each project and its terms, the worst first; projects without any known term last. */
export async function findProjectHealth(db: Db, scope: Scope): Promise<ProjectHealth[]> {
  return db.$queryRaw<ProjectHealth[]>`
    SELECT
      p.name AS project, h.health AS "healthScore", round(h.sla_kept, 4)::float8 AS "slaKept",
      round(h.on_time, 4)::float8 AS "onTime", round(h.not_critical, 4)::float8 AS "notCritical",
      round(h.recent, 4)::float8 AS recent
    FROM (${projectHealthSample(scope)}) h
    JOIN projects p ON p.id = h.id
    ORDER BY h.health NULLS LAST, p.name, p.id`
}

/**
 * Stores the health of each project under the day of `now`, in UTC, without touching a value that an import brought. A day
 * without a row gets one, with the lines and languages of the last one: what a repository is does not change overnight.
 */
export async function saveProjectHealth(tx: Db, now: Date): Promise<void> {
  const scope: Scope = { filter: {}, window: { from: now, to: now }, asOf: now, past: false }
  const scores = await tx.$queryRaw<{ id: string; health: number }[]>`
    SELECT h.id::text, h.health FROM (${projectHealthSample(scope)}) h WHERE h.health IS NOT NULL ORDER BY h.id`
  if (scores.length === 0) return
  await tx.$executeRaw`
    INSERT INTO project_metrics (id, project_id, date, lines_of_code, tech_stack, health_score, created_at)
    SELECT n.id, n.project_id, ${utcDay(now)}::date, coalesce(last.lines_of_code, 0), coalesce(last.tech_stack, '{}'), n.health, ${now}
    FROM unnest(
      ${scores.map(() => randomUUID())}::uuid[], ${scores.map(({ id }) => id)}::uuid[],
      ${scores.map(({ health }) => health)}::int[]
    ) AS n(id, project_id, health)
    LEFT JOIN LATERAL (
      SELECT m.lines_of_code, m.tech_stack FROM project_metrics m
      WHERE m.project_id = n.project_id AND m.date <= ${utcDay(now)}::date
      ORDER BY m.date DESC
      LIMIT 1
    ) last ON true
    ON CONFLICT (project_id, date) DO UPDATE SET health_score = EXCLUDED.health_score
    WHERE (project_metrics.import_id IS NULL OR project_metrics.health_score IS NULL)
      AND project_metrics.health_score IS DISTINCT FROM EXCLUDED.health_score`
}
