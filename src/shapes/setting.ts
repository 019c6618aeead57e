import { Type, type Static } from 'typebox'
import { Nullable, OneOf } from './shape.js'

/** A setting as it holds now, and who said so. Secrets are redacted. */
export const settingShape = Type.Object({
  /** `timezone`, or `profiles.prod.url`. */
  name: Type.String(),
  value: Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  origin: OneOf(['flag', 'variable', 'project', 'user', 'default']),
  /** The flag, the variable or the path of the file; null for a default. */
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

export type SettingRow = Static<typeof settingShape>
export type SettingRemoval = Static<typeof settingRemovalShape>
export type SettingFiles = Static<typeof settingFilesShape>
