import type { Importing } from '../../../data/imports/import-table.js'
import type { Db } from '../../../data/client.js'
import type { Written } from '../tally.js'
import type { Effects } from './effects.js'

/** What all batches of one import share. */
export interface Loading {
  tx: Db
  importing: Importing
  externalSource: string
  /** The fields the file speaks about. */
  present: ReadonlySet<string>
  /** Whether people and projects that nobody knows are created. */
  createUnknown: boolean
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

/** Creates what is new, in order, changes what is different, and leaves the rest alone. Each record has its own key. */
export async function upsert<Item, Known>(
  records: readonly Item[],
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
  if (fresh.length > 0) await create(fresh)
  const updated = pairs.length === 0 ? 0 : await change(pairs)
  return { created: fresh.length, updated, unchanged: pairs.length - updated }
}

/** Of these values those that the file speaks about. */
export function onlyPresent<T extends object>(values: T, present: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => present.has(field))) as Partial<T>
}
