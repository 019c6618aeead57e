import type { Profile } from './profile.js'
import type { TypedValue } from './typed-value.js'

/** The files that can hold settings. Only the user's own may name a database or a program to run. */
export type SettingsFile = 'project' | 'user'

/** One setting: where it can be set, its values, and its default. Everything else derives from this entry. */
export interface Setting<T> extends TypedValue<T> {
  group: 'everyday' | 'database' | 'connection' | 'other'
  /** A flag of every command that sets it for one run. */
  flag?: string
  /** Variables; the first that is set applies. */
  variables: readonly string[]
  /** Parsers of the variables that have another unit. */
  units?: Readonly<Record<string, (text: string) => T>>
  files: readonly SettingsFile[]
  /** The database in use can set it too. */
  database?: DatabaseSource
  /** Description of the value that applies if this is null. */
  otherwise?: string
}

/** How the database in use sets a setting. */
export interface DatabaseSource {
  /** Field of its profile. */
  field?: keyof Profile
  /** Parameter of its URL; the field comes before it. */
  parameter?: string
  /**
   * Precedence: before variables and files, after them, between the project's file and the user's, or, with a profile in use,
   * instead of them.
   */
  comes: 'first' | 'last' | 'beforeUserFile' | 'alone'
}
