import type { ProjectDay } from '../../shapes/metric-report.js'
import type { DaySpan } from '../../domain/day-span.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { measured } from '../projects/measured-day.js'

interface FindProjectDays {
  /** Absent: every project. */
  projectIds?: readonly string[] | undefined
  span: DaySpan
}

/** The daily figures of repositories, the newest day first. */
export async function findProjectDays(
  db: Db,
  { projectIds, span: { first, last } }: FindProjectDays,
): Promise<ProjectDay[]> {
  const dayOf = (date: Date) => Prisma.sql`(${date}::timestamptz AT TIME ZONE 'UTC')::date`
  const matches = projectIds ? Prisma.sql`m.project_id = ANY(${[...projectIds]}::uuid[])` : Prisma.sql`true`
  return db.$queryRaw<ProjectDay[]>`
    SELECT
      p.name AS project, m.date::text, ${measured('commits_count')} AS "commitsCount", ${measured('contributors')} AS contributors,
      ${measured('lines_of_code')}::double precision AS "linesOfCode", m.tech_stack AS "techStack",
      m.health_score AS "healthScore"
    FROM project_metrics m
    JOIN projects p ON p.id = m.project_id
    WHERE m.date BETWEEN ${dayOf(first)} AND ${dayOf(last)} AND ${matches}
    ORDER BY m.date DESC, p.name, p.id`
}
