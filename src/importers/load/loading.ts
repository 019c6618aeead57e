import { findRowVersions } from '../../data/imports/row-versions.js'
import type { Importing } from '../../data/imports/import-table.js'
import type { Db } from '../../engine/client.js'
import type { MergeRules } from '../../data/imports/import-bug-changes.js'
import type { Written } from '../csv/tally.js'
import type { ChangeLog } from './change-log.js'
import type { Effects } from './effects.js'
import type { KnownNames } from './known-names.js'

/** Whether records may be created, and those that are there changed. */
export const loadModes = ['upsert', 'insert-only', 'update-only'] as const
export type LoadMode = (typeof loadModes)[number]

/** What all batches of one import share. */
export interface Loading {
  tx: Db
  importing: Importing
  externalSource: string
  /** No bug has come from it yet, and under the lock of the import none will but this one's: they need no looking for. */
  isNewSource: boolean
  /** The fields the file speaks about. */
  present: ReadonlySet<string>
  /** Whether people and projects that nobody knows are created. */
  createUnknown: boolean
  mode: LoadMode
  /** The project of all bugs, where their names of it do not matter. */
  projectId?: string | undefined
  /** Whom and what earlier batches named. */
  known: KnownNames
  /** How bugs are merged that were changed here. */
  merge: MergeRules
  /** Filled on the way. */
  effects: Effects
}

/** How one kind of record is loaded. */
export interface Steps<Item, Known> {
  table: 'bugs' | 'projects' | 'users'
  nameOf(record: Item): string
  idOf(known: Known): string
  /** For every record the one it stands for in the database, if any. */
  find(records: readonly Item[]): Promise<readonly (Known | undefined)[]>
  create(records: readonly Item[]): Promise<void>
  /** Returns how many of them were different. */
  change(pairs: readonly { record: Item; known: Known }[]): Promise<number>
}

/**
 * Creates what is new, in order, changes what is different, and leaves the rest alone, as far as the mode has it. Each
 * record has its own key.
 */
export async function upsert<Item, Known>(
  loading: Loading,
  records: readonly Item[],
  steps: Steps<Item, Known>,
): Promise<Written> {
  const { mode, effects } = loading
  const found = await steps.find(records)
  const fresh: Item[] = []
  const pairs: { record: Item; known: Known }[] = []
  for (const [place, record] of records.entries()) {
    const known = found[place]
    if (known === undefined) fresh.push(record)
    else pairs.push({ record, known })
  }
  if (effects.changes) await noteFound(loading, effects.changes, { records, found, steps })
  const created = mode === 'update-only' ? 0 : fresh.length
  const mayChange = mode !== 'insert-only' && pairs.length > 0
  if (created > 0) {
    await steps.create(fresh)
    for (const record of fresh) {
      effects.changes?.add({ action: 'create', name: steps.nameOf(record), fields: {} })
    }
  }
  const updated = mayChange ? await steps.change(pairs) : 0
  if (mode === 'insert-only') effects.leftAlone += pairs.length
  return { created, updated, unchanged: pairs.length - updated, skipped: fresh.length - created }
}

interface Found<Item, Known> {
  records: readonly Item[]
  found: readonly (Known | undefined)[]
  steps: Steps<Item, Known>
}

async function noteFound<Item, Known>(
  { tx }: Loading,
  changes: ChangeLog,
  { records, found, steps }: Found<Item, Known>,
): Promise<void> {
  const ids = found.map((known) => (known === undefined ? null : steps.idOf(known)))
  const versions = await findRowVersions(
    tx,
    steps.table,
    ids.filter((id) => id !== null),
  )
  for (const [place, record] of records.entries()) {
    changes.find(steps.nameOf(record), versions.get(ids[place] ?? '') ?? null)
  }
}

/** Of these values those that the file speaks about. */
export function onlyPresent<T extends object>(values: T, present: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => present.has(field))) as Partial<T>
}
