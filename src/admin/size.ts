import { findRecordedSizes, getTableStorage } from '../data/admin/table-sizes.js'
import type { Db } from '../engine/client.js'
import type { TableGrowth } from '../shapes/administration.js'
import { dayMs } from '../domain/duration.js'

/** Tables by size, with what they grew by between the recorded sizes of the window. */
export async function measureGrowth(
  db: Db,
  { schema, from, to }: { schema: string; from: Date; to: Date },
): Promise<TableGrowth[]> {
  const sizes = await getTableStorage(db, schema)
  const recorded = await findRecordedSizes(db, { from, to })
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  return sizes
    .map(({ name, ...size }) => {
      const samples = recorded.filter((sample) => sample.name === name)
      const [first, last] = [samples[0], samples.at(-1)]
      const days = first && last ? (last.date.getTime() - first.date.getTime()) / dayMs : 0
      const perDay = (field: 'rows' | 'bytes') =>
        first && last && days > 0 ? Math.round(((last[field] - first[field]) / days) * 10) / 10 : null
      return {
        table: name,
        ...size,
        share: all === 0 ? 0 : Math.round((size.bytes / all) * 10_000) / 10_000,
        rowsPerDay: perDay('rows'),
        bytesPerDay: perDay('bytes'),
      }
    })
    .sort((a, b) => b.bytes - a.bytes || (a.table < b.table ? -1 : 1))
}
