import type { Importing } from '../../../data/imports/import-table.js'
import type { Db } from '../../../data/client.js'
import type { MergeRules } from '../../../data/imports/import-bug-changes.js'
import type { Written } from '../tally.js'
import type { Effects } from './effects.js'

/** Whether records may be created, and those that are there changed. */
export const loadModes = ['upsert', 'insert-only', 'update-only'] as const
export type LoadMode = (typeof loadModes)[number]

/** What all batches of one import share. */
export interface Loading {
  tx: Db
  importing: Importing
  externalSource: string
  /** The fields the file speaks about. */
  present: ReadonlySet<string>
  /** Whether people and projects that nobody knows are created. */
  createUnknown: boolean
  mode: LoadMode
  /** How bugs are merged that were changed here. */
  merge: MergeRules
  /** Filled on the way. */
  effects: Effects
}

/** How one kind of record is loaded. */
export interface Steps<Item, Known> {
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
  records: readonly Item[],
  { mode, effects }: Pick<Loading, 'mode' | 'effects'>,
  { find, create, change }: Steps<Item, Known>,
): Promise<Written> {
  const found = await find(records)
  const fresh: Item[] = []
  const pairs: { record: Item; known: Known }[] = []
  for (const [place, record] of records.entries()) {
    const known = found[place]
    if (known === undefined) fresh.push(record)
    else pairs.push({ record, known })
  }
  const created = mode === 'update-only' ? 0 : fresh.length
  const mayChange = mode !== 'insert-only' && pairs.length > 0
  if (created > 0) await create(fresh)
  const updated = mayChange ? await change(pairs) : 0
  if (mode === 'insert-only') effects.leftAlone += pairs.length
  return { created, updated, unchanged: pairs.length - updated, skipped: fresh.length - created }
}

/** Of these values those that the file speaks about. */
export function onlyPresent<T extends object>(values: T, present: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => present.has(field))) as Partial<T>
}
