import { type Row, readRows, type RowsOf } from '../csv/rows.js'
import type { Source } from '../csv/source.js'

/** The records of the beginning, which show the kind of a file. */
export async function firstRows(source: Source, at: RowsOf): Promise<Row[]> {
  const first: Row[] = []
  for await (const batch of readRows(source, { ...at, onlyBeginning: true }).rows) first.push(...batch)
  return first
}
