import { batchesOf, inLockOrder } from '../../engine/batches.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { dayTable, figureFields, type StoredFigures } from './import-metrics.js'

/** A day of a project that an import changed: as it was, and as the import left it. */
export interface DayImage {
  before: StoredFigures
  left: StoredFigures
}

/** Where the details of an audit row have the days that an import changed, by id. */
export const dayImageKey = 'daysBefore'

type FoundDay = StoredFigures & { id: string; name: string }

/** Gives days their former figures, except those that have changed since in a figure that the import changed. */
export async function restoreDays(
  tx: Db,
  images: ReadonlyMap<string, DayImage>,
): Promise<{ restored: number; edited: string[] }> {
  const edited: string[] = []
  let restored = 0
  for (const ids of batchesOf(inLockOrder([...images.keys()]))) {
    const found = await tx.$queryRaw<FoundDay[]>`
      SELECT
        m.id::text, p.name || ' ' || m.date AS name, m.commits_count AS "commitsCount", m.contributors,
        m.lines_of_code::float8 AS "linesOfCode", m.tech_stack AS "techStack", m.health_score AS "healthScore"
      FROM project_metrics m
      JOIN projects p ON p.id = m.project_id
      WHERE m.id = ANY(${[...ids]}::uuid[])
      ORDER BY m.id
      FOR UPDATE OF m`
    const rows = found.flatMap(({ name, ...day }) => {
      const image = images.get(day.id)
      const changed = figureFields.filter((field) => image && !isSame(image.before[field], image.left[field]))
      const present = changed.filter((field) => !isSame(day[field], image?.before[field]))
      if (!image || present.length === 0) return []
      if (present.some((field) => !isSame(day[field], image.left[field]))) {
        edited.push(name)
        return []
      }
      return [{ ...day, ...Object.fromEntries(changed.map((field) => [field, image.before[field]])) }]
    })
    await updateRows(tx, dayTable, { rows, fields: figureFields })
    restored += rows.length
  }
  return { restored, edited }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
