import { query, readError, readRow, type Frame } from './frames.js'

/** What a client has set for its session, and must find again after others used the engine. */
export interface SessionState {
  /** Null: the owner of the database. */
  user: string | null
  role: string | null
  settings: readonly (readonly [name: string, value: string])[]
}

/** The superuser as which the embedded database runs. */
export const owner = 'postgres'

/** Parameters of a connection's start that are no settings. */
const noSettings = ['user', 'database']

export function initialState(parameters: ReadonlyMap<string, string>): SessionState {
  const user = parameters.get('user') ?? owner
  return {
    user: user === owner ? null : user,
    role: null,
    settings: [...parameters].filter(([name]) => !noSettings.includes(name) && !name.startsWith('_pq_.')),
  }
}

/**
 * Leaves nothing of a client to the next: RESET ALL alone would keep the role, temporary tables, cursors and locks, and PGlite
 * ignores RESET SESSION AUTHORIZATION. Prepared statements stay; their names are each client's own (see prepared.ts).
 */
export const reset: Frame = query(
  `SET SESSION AUTHORIZATION ${owner}; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; SELECT pg_catalog.pg_advisory_unlock_all()`,
)

export const capture: Frame = query(
  `SELECT session_user, pg_catalog.current_setting('role'),
     (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(name, setting))
      FROM pg_catalog.pg_settings WHERE source = 'session')`,
)

/** Reads the answer to `capture`. */
export function stateIn(answers: readonly Frame[]): SessionState {
  const row = answers.find(({ type }) => type === 'D')
  const [user, role, settings] = row ? readRow(row) : []
  if (user === undefined || role === undefined)
    throw new Error(`the session has no state: ${errorIn(answers)}`)
  return {
    user: user === owner ? null : user,
    role: role === 'none' ? null : role,
    settings: JSON.parse(settings ?? '[]') as [string, string][],
  }
}

/** After `reset`: makes the session that of another client. */
export function restore({ user, role, settings }: SessionState): Frame | null {
  const statements = [
    ...settings.map(
      ([name, value]) => `SELECT pg_catalog.set_config(${quoted(name)}, ${quoted(value)}, false)`,
    ),
    ...(user === null ? [] : [`SET SESSION AUTHORIZATION ${quoted(user)}`]),
    ...(role === null ? [] : [`SET ROLE ${quoted(role)}`]),
  ]
  return statements.length === 0 ? null : query(statements.join('; '))
}

/** The server's message in the answers; null without an error. */
export function errorIn(answers: readonly Frame[]): string | null {
  const error = answers.find(({ type }) => type === 'E')
  return error ? readError(error).message : null
}

/** A literal, whatever standard_conforming_strings is. */
function quoted(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}
