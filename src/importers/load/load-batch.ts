import type { Db } from '../../engine/client.js'
import { databaseFailure, type DatabaseFailure } from '../../engine/connection/failure.js'
import { inSavepoint } from '../../engine/savepoint.js'
import { CtoError } from '../../errors.js'
import type { Written } from '../csv/tally.js'
import { excerpt } from '../csv/spelling.js'
import type { Problem, ProblemCode } from '../validate/problems.js'
import type { Loading } from './loading.js'

export const nothingWritten: Written = { created: 0, updated: 0, unchanged: 0, skipped: 0 }

/** Stores a batch, all records of which are new. */
export type Ready = (tx: Db) => Promise<void>

export interface Loader<Item extends { record: unknown }> {
  load(loading: Loading, records: readonly Item['record'][]): Promise<Written>
  /** Does without the database what can be done of it; null where it has to be asked first. */
  ready?(loading: Loading, records: readonly Item['record'][]): Ready | null
  /** Takes note of one that the database does not take. */
  refuse(item: Item, problem: Problem): Promise<void> | void
}

/**
 * Loads records in one go. Where the database or a rule refuses one of them, the batch is taken back and halved until that one
 * is found and refused, and the others are loaded.
 */
export async function loadBatch<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  items: readonly Item[],
): Promise<Written> {
  const records = items.map(({ record }) => record)
  const effects = loading.effects.batch()
  try {
    const written = await inSavepoint(loading.tx, () => loader.load({ ...loading, effects }, records))
    loading.effects.absorb(effects)
    return written
  } catch (error) {
    const problem = problemOf(error)
    loading.known.forget()
    const [first] = items
    if (!first || !problem) throw error
    if (items.length === 1) {
      await loader.refuse(first, problem)
      return nothingWritten
    }
  }
  const middle = Math.ceil(items.length / 2)
  const left = await loadBatch(loader, loading, items.slice(0, middle))
  return add(left, await loadBatch(loader, loading, items.slice(middle)))
}

/** Loads a batch that was made ready while the one before it was stored; record by record where that does not go well. */
export async function loadReady<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  { items, ready }: { items: readonly Item[]; ready: Ready },
): Promise<Written> {
  try {
    await inSavepoint(loading.tx, () => ready(loading.tx))
    return { ...nothingWritten, created: items.length }
  } catch (error) {
    if (!problemOf(error)) throw error
    loading.known.forget()
    return loadBatch(loader, loading, items)
  }
}

export function add(a: Written, b: Written): Written {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    skipped: a.skipped + b.skipped,
  }
}

/** What is wrong with a record; null where it is not the record's fault. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof CtoError && error.code === 'INVALID_VALUE') {
    const field = error.data?.['field']
    return problem('E_RULE', error.message, typeof field === 'string' ? field : null)
  }
  const failure = databaseFailure(error)
  return isRefusal(failure) ? problem('E_DATABASE', reasonOf(failure)) : null
}

function problem(code: ProblemCode, reason: string, field: string | null = null): Problem {
  return { code, field, column: null, value: '', reason: excerpt(reason, 300) }
}

/** A value, a constraint, a limit, or a trigger that says no: the fault of a record, not of the connection. */
function isRefusal({ code }: DatabaseFailure): boolean {
  return /^(?:22|23|54)|^P0001$/.test(code ?? '')
}

function reasonOf({ code, constraint, message, detail }: DatabaseFailure): string {
  const isTaken = code === '23505' && `${constraint ?? ''} ${message}`.includes('bug_number')
  if (isTaken) return 'another bug has its number already'
  return detail === null ? message : `${message}: ${detail}`
}
