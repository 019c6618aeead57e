import { randomUUID } from 'node:crypto'
import type { Db } from '../../engine/client.js'
import { findDifferent, updateRows } from '../../engine/change-rows.js'
import { tableOf } from '../../engine/table.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

/** The figures of a day as they are stored. */
export interface StoredFigures {
  commitsCount: number
  contributors: number
  linesOfCode: number
  /** The most used language first. */
  techStack: readonly string[]
  /** 0 to 100. */
  healthScore: number | null
}

export interface KnownMetrics extends StoredFigures {
  id: string
}

type Nullable<T> = { [Field in keyof T]: T[Field] | null }

/** Figures of a new day; null for what a source does not give. */
export interface NewMetrics extends Nullable<StoredFigures> {
  projectId: string
  /** `2026-01-31`. */
  date: string
}

export const dayTable = tableOf('project_metrics')
export const figureFields = [
  'commitsCount',
  'contributors',
  'linesOfCode',
  'techStack',
  'healthScore',
] as const satisfies readonly (keyof StoredFigures)[]

/** The stored row of each day, in order; undefined where there is none. */
export async function findMetrics(
  tx: Db,
  days: readonly { projectId: string | null; date: string }[],
): Promise<(KnownMetrics | undefined)[]> {
  const found = await tx.$queryRaw<(KnownMetrics & { place: number })[]>`
    SELECT
      n.place::int, m.id::text, m.commits_count AS "commitsCount", m.contributors,
      m.lines_of_code::float8 AS "linesOfCode", m.tech_stack AS "techStack", m.health_score AS "healthScore"
    FROM unnest(
      ${days.map(({ projectId }) => projectId)}::uuid[], ${days.map(({ date }) => date)}::date[]
    ) WITH ORDINALITY AS n(project_id, date, place)
    JOIN project_metrics m ON m.project_id = n.project_id AND m.date = n.date`
  const byPlace = new Map(found.map(({ place, ...known }) => [place, known]))
  return days.map((_, index) => byPlace.get(index + 1))
}

export async function createMetrics(
  tx: Db,
  days: readonly NewMetrics[],
  { importId, actor: { now } }: Importing,
): Promise<void> {
  const rows = days.map(({ commitsCount, contributors, linesOfCode, techStack, ...day }) => ({
    ...day,
    id: randomUUID(),
    commitsCount: commitsCount ?? 0,
    contributors: contributors ?? 0,
    linesOfCode: linesOfCode ?? 0,
    techStack: techStack ?? [],
    importId,
    createdAt: now,
  }))
  await insertBatch(tx, dayTable, rows)
}

/** Updates the days that differ, and returns their ids. */
export async function changeMetrics(
  tx: Db,
  changes: readonly { id: string; values: StoredFigures }[],
): Promise<string[]> {
  const rows = changes.map(({ id, values }) => ({ ...values, id }))
  const ids = await findDifferent(tx, dayTable, { rows, fields: figureFields })
  const different = new Set(ids)
  await updateRows(tx, dayTable, { rows: rows.filter(({ id }) => different.has(id)), fields: figureFields })
  return ids
}
