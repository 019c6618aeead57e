import { randomUUID } from 'node:crypto'
import type { Db } from '../../engine/client.js'
import { changeMetrics, dayTable, findMetrics } from './import-metrics.js'
import type { Importing } from './importing.js'
import type { DayImage } from './undo-days.js'
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

const daysAtOnce = 1000

export interface WrittenDays {
  created: number
  updated: number
  unchanged: number
  /** The updated ones, for undo. */
  images: { id: string; image: DayImage }[]
}

/** Stores the days of a project, one row each; skips days whose values are equal. */
export async function importProjectDays(
  tx: Db,
  { projectId, days }: { projectId: string; days: readonly ImportedDay[] },
  importing: Importing,
): Promise<WrittenDays> {
  const written: WrittenDays = { created: 0, updated: 0, unchanged: 0, images: [] }
  for (let at = 0; at < days.length; at += daysAtOnce) {
    const batch = days.slice(at, at + daysAtOnce)
    const { created, images } = await importBatch(tx, { projectId, days: batch }, importing)
    written.created += created
    written.updated += images.length
    written.unchanged += batch.length - created - images.length
    written.images.push(...images)
  }
  return written
}

async function importBatch(
  tx: Db,
  { projectId, days }: { projectId: string; days: readonly ImportedDay[] },
  { importId, actor: { now } }: Importing,
): Promise<Pick<WrittenDays, 'created' | 'images'>> {
  const known = await findMetrics(
    tx,
    days.map(({ date }) => ({ projectId, date })),
  )
  const fresh = days.filter((_, index) => known[index] === undefined)
  const rows = fresh.map((day) => ({ ...day, id: randomUUID(), projectId, importId, createdAt: now }))
  await insertBatch(tx, dayTable, rows)
  const there = days.flatMap(({ date: _, ...figures }, index) => {
    const found = known[index]
    if (found === undefined) return []
    const { id, ...before } = found
    return [{ id, image: { before, left: { ...figures, healthScore: before.healthScore } } }]
  })
  const changes = there.map(({ id, image }) => ({ id, values: image.left }))
  const different = new Set(await changeMetrics(tx, changes))
  return { created: fresh.length, images: there.filter(({ id }) => different.has(id)) }
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
