import { randomUUID } from 'node:crypto'
import type { Db } from '../../engine/client.js'
import { findDifferent, updateRows } from '../../engine/change-rows.js'
import { tableOf } from '../../engine/table.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

/** A source's figures of one day of a project. Sources have no health values. */
export interface ImportedDay {
  /** `2026-01-31`. */
  date: string
  commitsCount: number
  contributors: number
  linesOfCode: number
  /** The most used language first. */
  techStack: string[]
}

const dayTable = tableOf('project_metrics')

const sourceFields = ['commitsCount', 'contributors', 'linesOfCode', 'techStack'] as const
const daysAtOnce = 1000

/** Stores the days of a project, one row each; skips days whose values are equal. */
export async function importProjectDays(
  tx: Db,
  { projectId, days }: { projectId: string; days: readonly ImportedDay[] },
  importing: Importing,
): Promise<{ created: number; updated: number; unchanged: number }> {
  const written = { created: 0, updated: 0, unchanged: 0 }
  for (let at = 0; at < days.length; at += daysAtOnce) {
    const batch = days.slice(at, at + daysAtOnce)
    const { created, updated } = await importBatch(tx, { projectId, days: batch }, importing)
    written.created += created
    written.updated += updated
    written.unchanged += batch.length - created - updated
  }
  return written
}

async function importBatch(
  tx: Db,
  { projectId, days }: { projectId: string; days: readonly ImportedDay[] },
  { importId, actor: { now } }: Importing,
): Promise<{ created: number; updated: number }> {
  const known = await findDays(tx, { projectId, dates: days.map(({ date }) => date) })
  const fresh = days.filter(({ date }) => !known.has(date))
  const rows = fresh.map((day) => ({ ...day, id: randomUUID(), projectId, importId, createdAt: now }))
  await insertBatch(tx, dayTable, rows)
  const there = days.flatMap((day) => {
    const id = known.get(day.date)
    return id === undefined ? [] : [{ ...day, id }]
  })
  const different = new Set(await findDifferent(tx, dayTable, { rows: there, fields: sourceFields }))
  await updateRows(tx, dayTable, { rows: there.filter(({ id }) => different.has(id)), fields: sourceFields })
  return { created: fresh.length, updated: different.size }
}

async function findDays(
  tx: Db,
  { projectId, dates }: { projectId: string; dates: readonly string[] },
): Promise<Map<string, string>> {
  const found = await tx.$queryRaw<{ id: string; date: string }[]>`
    SELECT id::text, date::text FROM project_metrics
    WHERE project_id = ${projectId}::uuid AND date = ANY(${[...dates]}::date[])`
  return new Map(found.map(({ id, date }) => [date, id]))
}

/** The newest day of a project up to this one. */
export async function findLatestDay(
  tx: Db,
  { projectId, until }: { projectId: string; until: string },
): Promise<ImportedDay | null> {
  const [day] = await tx.$queryRaw<ImportedDay[]>`
    SELECT
      date::text, commits_count AS "commitsCount", contributors, lines_of_code::float8 AS "linesOfCode",
      tech_stack AS "techStack"
    FROM project_metrics
    WHERE project_id = ${projectId}::uuid AND date <= ${until}::date
    ORDER BY date DESC
    LIMIT 1`
  return day ?? null
}
