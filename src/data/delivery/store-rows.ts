import { randomUUID } from 'node:crypto'
import { facts, type FactName } from '../../domain/delivery/facts.js'
import {
  newerFields,
  sourceTimesOf,
  stampsOf,
  type FactValue,
  type Groups,
  type Seen,
} from '../../domain/delivery/seen.js'
import { updateRows, type ColumnValue, type RowValues } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf, type Table } from '../../engine/table.js'
import type { Erasures } from './erasures.js'
import { newRows } from '../imports/new-rows.js'

/** The run that stores facts. */
export interface Storing {
  /** Null where the import is not known any more. */
  importId: string | null
  now: Date
  /** Whether new rows go by COPY: see `mayCopy`. Absent: no. */
  byCopy?: boolean | undefined
  /** Accounts that are not stored; null where nothing was erased: see `findErasures`. */
  erased: Erasures | null
}

/** A fact that sources reported, and its row, if it has one. */
export interface ReportedRow {
  /** Null for a new fact. */
  stored: { id: string; sourceTimes: Readonly<Record<string, string>> } | null
  /** The columns of the key of a new row. */
  key: Readonly<Record<string, ColumnValue>>
  seen: Seen
}

interface StoreRows {
  /** Values of columns that cannot be null, where no source gave them. */
  defaults: Readonly<Record<string, ColumnValue>>
  /** Turns what sources reported into what the column holds. */
  toColumn(field: string, value: FactValue, row: ReportedRow): ColumnValue
}

export interface StoredRow {
  id: string
  isNew: boolean
  /** The fields that have another report now. */
  changed: readonly string[]
}

/** Stores what is new in the reports. Returns a row for each, in their order. */
export async function storeRows(
  tx: Db,
  fact: FactName,
  rows: readonly ReportedRow[],
  { importId, now, byCopy = false, defaults, toColumn }: StoreRows & Storing,
): Promise<StoredRow[]> {
  const groups: Groups = facts[fact].groups
  const table: Table = tableOf(facts[fact].table)
  const fields = Object.values(groups).flat()
  const inserted: RowValues<string>[] = []
  const updated = new Map<string, (RowValues<string> & { id: string })[]>()
  const results = rows.map((row): StoredRow => {
    const { stored, key, seen } = row
    if (stored === null) {
      const id = randomUUID()
      const sourceTimes = JSON.stringify(sourceTimesOf(seen.stamps, groups))
      const whole: Record<string, ColumnValue> = { id, sourceTimes, importId, createdAt: now, ...key }
      for (const field of fields)
        whole[field] = toColumn(field, seen.values[field] ?? null, row) ?? defaults[field] ?? null
      inserted.push(whole)
      return { id, isNew: true, changed: Object.keys(seen.stamps) }
    }
    const stamps = stampsOf(stored.sourceTimes, groups)
    const changed = newerFields(stamps, seen)
    if (changed.length === 0) return { id: stored.id, isNew: false, changed }
    const values: Record<string, ColumnValue> = {}
    for (const field of changed) {
      values[field] = toColumn(field, seen.values[field] ?? null, row)
      stamps[field] = seen.stamps[field] ?? ''
    }
    const sourceTimes = JSON.stringify(sourceTimesOf(stamps, groups))
    listAt(updated, changed.join()).push({ id: stored.id, ...values, sourceTimes })
    return { id: stored.id, isNew: false, changed }
  })
  const statement = newRows(table, inserted, { byCopy })
  if (statement) await tx.$executeRaw(statement)
  for (const [names, changes] of updated)
    await updateRows(tx, table, { rows: changes, fields: [...names.split(','), 'sourceTimes'] })
  return results
}

function listAt<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}
