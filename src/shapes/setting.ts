import * as Type from 'typebox'
import { Nullable, OneOf } from './shape.js'

/** A setting as it holds now, and what set it; `database`: for all users of the database. Secrets are redacted. */
export const settingShape = Type.Object({
  /** `timezone`, or `profiles.prod.url`. */
  name: Type.String(),
  value: Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  origin: OneOf(['flag', 'variable', 'project', 'user', 'profile', 'url', 'database', 'default']),
  /** The flag, the variable, the path of the file, the field of the profile or the parameter of the URL; null for a default. */
  source: Nullable(Type.String()),
  type: OneOf(['text', 'number', 'switch']),
  description: Type.String(),
})

/** Where the files of settings are, or would be. */
export const settingFilesShape = Type.Object({
  user: Type.String(),
  userExists: Type.Boolean(),
  project: Type.String(),
  projectExists: Type.Boolean(),
})

/** What `config unset` did; `removed` is false where the file did not have it. */
export const settingRemovalShape = Type.Object({
  name: Type.String(),
  file: Type.String(),
  removed: Type.Boolean(),
})

export type SettingRow = Type.Static<typeof settingShape>
export type SettingRemoval = Type.Static<typeof settingRemovalShape>
export type SettingFiles = Type.Static<typeof settingFilesShape>
