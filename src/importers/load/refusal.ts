import { databaseFailure, type DatabaseFailure } from '../../engine/connection/failure.js'
import { CtoError } from '../../errors.js'
import { excerpt } from '../spelling.js'
import type { ProblemCode, RowProblem } from '../validate/problems.js'

/** The problem of a record; null for an error that no record causes. */
export function refusalOf(error: unknown): RowProblem | null {
  if (error instanceof CtoError && error.code === 'INVALID_VALUE') {
    const field = error.data?.['field']
    return problem('E_RULE', error.message, typeof field === 'string' ? field : null)
  }
  const failure = databaseFailure(error)
  return isRefusal(failure) ? problem('E_DATABASE', reasonOf(failure)) : null
}

function problem(code: ProblemCode, reason: string, field: string | null = null): RowProblem {
  return { code, field, column: null, value: '', reason: excerpt(reason, 300) }
}

/** A value, a constraint, a limit, or an exception of a trigger: caused by a record, not by the connection. */
function isRefusal({ code }: DatabaseFailure): boolean {
  return /^(?:22|23|54)|^P0001$/.test(code ?? '')
}

function reasonOf({ code, constraint, message, detail }: DatabaseFailure): string {
  const isTaken = code === '23505' && `${constraint ?? ''} ${message}`.includes('bug_number')
  if (isTaken) return 'another bug already has its number'
  return detail === null ? message : `${message}: ${detail}`
}
