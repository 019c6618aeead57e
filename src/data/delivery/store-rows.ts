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
import { insertBatch } from '../imports/new-rows.js'

/** The run that stores facts. */
export interface Storing {
  /** Null where the import is not known any more. */
  importId: string | null
  now: Date
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
  { importId, now, defaults, toColumn }: StoreRows & Storing,
): Promise<StoredRow[]> {
  const groups: Groups = facts[fact].groups
  const table: Table = tableOf(facts[fact].table)
  const fields = Object.values(groups).flat()
  const inserted: RowValues<string>[] = []
  const updated = new Map<string, (RowValues<string> & { id: string })[]>()
  const results = rows.map((row): StoredRow => {
    const { stored, key, seen } = row
    const stamps = stored === null ? {} : stampsOf(stored.sourceTimes, groups)
    const changed = newerFields(stamps, seen)
    const values = Object.fromEntries(
      changed.map((field) => [field, toColumn(field, seen.values[field] ?? null, row)]),
    )
    const sourceTimes = JSON.stringify(
      sourceTimesOf(
        { ...stamps, ...Object.fromEntries(changed.map((field) => [field, seen.stamps[field] ?? ''])) },
        groups,
      ),
    )
    if (stored !== null) {
      if (changed.length > 0) {
        const names = changed.join()
        updated.set(names, [...(updated.get(names) ?? []), { id: stored.id, ...values, sourceTimes }])
      }
      return { id: stored.id, isNew: false, changed }
    }
    const id = randomUUID()
    const all = Object.fromEntries(fields.map((field) => [field, values[field] ?? defaults[field] ?? null]))
    inserted.push({ id, ...key, ...all, sourceTimes, importId, createdAt: now })
    return { id, isNew: true, changed }
  })
  await insertBatch(tx, table, inserted)
  for (const [names, changes] of updated)
    await updateRows(tx, table, { rows: changes, fields: [...names.split(','), 'sourceTimes'] })
  return results
}
