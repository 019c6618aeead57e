import type { MergeRules } from '../../data/imports/local-edits.js'
import type { Importing } from '../../data/imports/importing.js'
import type { Db } from '../../engine/client.js'
import type { Effects } from './effects.js'
import type { KnownNames } from './known-names.js'

/** Whether records may be created, and existing rows changed. */
export const loadModes = ['upsert', 'insert-only', 'update-only'] as const
export type LoadMode = (typeof loadModes)[number]

/** The context of every load. */
export interface LoadContext {
  tx: Db
  importing: Importing
  mode: LoadMode
  /** Filled while loading. */
  effects: Effects
}

/** The context shared by all batches of one import. */
export interface Loading extends LoadContext {
  externalSource: string
  /**
   * No bug of this source is stored yet. Under the lock of the import no other import adds one, so that new bugs need not
   * be searched for.
   */
  isNewSource: boolean
  /** The fields that the source has. */
  present: ReadonlySet<string>
  /** Whether people and projects that are not stored yet are created. */
  createUnknown: boolean
  /** The project of all bugs; the project names in the records are ignored then. */
  projectId?: string | undefined
  /** People and projects that earlier batches named. */
  known: KnownNames
  /** How bugs that were changed in cto are merged. */
  merge: MergeRules
}

/** The values whose field the source has. */
export function onlyPresent<T extends object>(values: T, present: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => present.has(field))) as Partial<T>
}
