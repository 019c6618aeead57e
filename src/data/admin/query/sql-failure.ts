import { CtoError, required } from '../../../errors.js'
import { databaseFailure, isRefused } from '../../../engine/connection/failure.js'
import { translateError } from '../../../engine/errors.js'

interface Statement {
  target: string
  /** As the user wrote it. */
  text: string
  /** What was put before it, in characters. */
  offset: number
  /** It is planned as pg_read_all_data, which may not plan what changes data. */
  plansAsReader?: boolean
}

/** Fields of an error of the server, as `pg` and PGlite report them. */
interface ServerError {
  /** Characters from the beginning of the text, from 1. */
  position?: string
  /** The same, where a function of ours ran the text. */
  internalPosition?: string
  hint?: string
}

/** By SQLSTATE, where PostgreSQL's own hint is missing or of no use here. */
const hints: Readonly<Record<string, string>> = {
  '25006': 'cto db query --write runs statements that change data',
  '42P01': 'cto db inspect tables lists the tables',
}

const asOneself = 'cto db query --write --explain plans it with your own rights'

/** What the server rejects is an error of the user's SQL, with where it is; any other failure is that of every command. */
export function sqlFailure(
  error: unknown,
  { target, text, offset, plansAsReader = false }: Statement,
): unknown {
  const { code, message } = databaseFailure(error)
  if (!isRefused(error) || code === null) {
    const failure = translateError(error, target)
    if (!(failure instanceof CtoError) || failure.code !== 'TIMEOUT') return failure
    return queryTimedOut(failure.reason, error)
  }
  const { position, internalPosition, hint } = error as ServerError
  const characters = Number(internalPosition ?? position) - offset
  const at = characters > 0 ? characters : null
  return new CtoError('SQL_REJECTED', message, {
    reason: `SQLSTATE ${code}${at === null ? '' : `, ${placeIn(text, at)}`}`,
    hint: plansAsReader && code === '42501' ? asOneself : (hints[code] ?? hint),
    data: { sqlState: code, position: at },
    cause: error,
  })
}

export function queryTimedOut(reason?: string, cause?: unknown): CtoError {
  return new CtoError('TIMEOUT', 'the query exceeded its timeout', {
    reason,
    hint: 'narrow it, or raise --timeout',
    cause,
  })
}

/** PostgreSQL counts code points. */
function placeIn(text: string, position: number): string {
  const lines = Array.from(text).slice(0, position).join('').split('\n')
  return `line ${lines.length}, character ${Array.from(required(lines.at(-1), 'the line of an error')).length}`
}
