import type { Profile } from './profile.js'
import type { TypedValue } from './typed-value.js'

/** The files that can hold settings. What leads to a database or runs a program stands in the user's own alone. */
export type SettingsFile = 'project' | 'user'

/** One setting: where it can be set, which values it takes, and its default. Everything else derives from this entry. */
export interface Setting<T> extends TypedValue<T> {
  group: 'everyday' | 'database' | 'connection' | 'other'
  /** A flag of every command that sets it for one run. */
  flag?: string
  /** Variables; the first that is set counts. */
  variables: readonly string[]
  /** Of the variables that count in another unit: how they are read. */
  units?: Readonly<Record<string, (text: string) => T>>
  files: readonly SettingsFile[]
  /** The database in use can set it too. */
  database?: DatabaseSource
  /** What holds in place of a null. */
  otherwise?: string
}

/** How the database in use sets a setting. */
export interface DatabaseSource {
  /** Field of its profile. */
  field?: keyof Profile
  /** Parameter of its URL; the field comes before it. */
  parameter?: string
  /** Before variables and files, after them, or, where a profile is in use, in place of them. */
  comes: 'first' | 'last' | 'alone'
}
