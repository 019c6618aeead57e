import type { ImportType } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import type { ImageStore } from './before-images.js'
import type { RecordChange } from './change-log.js'
import type { LoadContext, Loading } from './loading.js'

/** Stores a batch of which all records are new. */
export type Ready = (tx: Db) => Promise<void>

/** A record of a source with its stored row. */
export interface Match<Item, Known> {
  record: Item
  known: Known
}

/** A row that an import has changed. */
export interface ChangedRow {
  id: string
  /** The replaced values that undo needs; null if the history of the row has them all. */
  before: object | null
  /** For a plan: before and after, in text. */
  fields: RecordChange['fields']
}

/**
 * How rows of one kind of record are found, created and changed. Everything else (modes, before-images, the change log,
 * counters) is the same for all kinds, in `upsert`. A new kind needs one more of these.
 */
export interface RecordKind<
  Item,
  Known extends { id: string } = { id: string },
  Context extends LoadContext = Loading,
> {
  table: ImportType
  images: ImageStore
  /** Its key in the source, its name, or its address. */
  nameOf(record: Item): string
  /** Finds the stored row of every record, in order; undefined if there is none. Each record has its own key. */
  find(context: Context, records: readonly Item[]): Promise<readonly (Known | undefined)[]>
  /** Stores records in order. */
  create(context: Context, records: readonly Item[]): Promise<void>
  /** Changes the rows that differ, and returns those. */
  change(context: Context, matches: readonly Match<Item, Known>[]): Promise<readonly ChangedRow[]>
  /** Prepares the insert of new records without the database; null if the database must be queried first. */
  ready?(context: Context, records: readonly Item[]): Ready | null
}
