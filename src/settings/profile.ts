import { nearestChoice } from '../domain/nearest-choice.js'
import { databaseUrl, schemaName, switched, text, type TypedValue } from './typed-value.js'

/** One profile of the user file: a database, and whether it is protected. */
export interface Profile {
  url: string | null
  directUrl: string | null
  readUrl: string | null
  schema: string | null
  /** Domain or id of a workspace. */
  workspace: string | null
  /** Folder of an embedded database, in place of a URL. */
  home: string | null
  /** Read-only in PostgreSQL, unless --write is given. */
  protected: boolean
}

export const profileTable: { [Name in keyof Profile]: TypedValue<Profile[Name]> } = {
  url: {
    description: 'the PostgreSQL to use',
    kind: 'text',
    parse: databaseUrl,
    fallback: null,
    secret: 'url',
  },
  directUrl: {
    description: 'used for migrations if url goes through a pooler',
    kind: 'text',
    parse: databaseUrl,
    fallback: null,
    secret: 'url',
  },
  readUrl: {
    description: 'a hot standby of url, for commands that only read',
    kind: 'text',
    parse: databaseUrl,
    fallback: null,
    secret: 'url',
  },
  schema: {
    description: 'the schema that holds the tables',
    kind: 'text',
    parse: schemaName,
    fallback: null,
  },
  workspace: {
    description: 'the workspace to use, by its domain or id',
    kind: 'text',
    parse: text,
    fallback: null,
  },
  home: {
    description: 'folder of an embedded database, in place of a URL',
    kind: 'text',
    parse: text,
    fallback: null,
  },
  protected: {
    description: 'nothing is written without --write',
    kind: 'switch',
    parse: switched,
    fallback: false,
  },
}

export const profileFields = Object.keys(profileTable) as (keyof Profile)[]

/** The problem of an unknown field; null for a valid one. */
export function profileFieldProblem(field: string): string | null {
  if (profileFields.some((each) => each === field)) return null
  const suggestion = nearestChoice(field, profileFields)
  return `is not a field of a profile${suggestion === null ? '' : `; did you mean ${suggestion}?`}`
}
