import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor, type NewAuditEntry } from '../../data/audit/audit.js'
import { remoteBugNumbers } from '../../data/bugs/trial-numbers.js'
import type { Db } from '../../engine/client.js'
import { forgetQueries } from '../../engine/forget-queries.js'
import type { Database } from '../../engine/database.js'
import { lockImport } from '../../data/imports/import-locks.js'
import type { Importing } from '../../data/imports/importing.js'
import { beginImport, endImport, type BeginImport, type EndImport } from '../../data/imports/imports.js'
import { mayCopy } from '../../data/imports/new-rows.js'
import { getSlaPolicy } from '../../data/settings/sla-policy.js'

export interface LoggedImport<By extends Pick<Actor, 'now'> = Actor> {
  source: BeginImport['source']
  origin: BeginImport['origin']
  actor: By
  /** Perform the whole import, then roll it back; the log gets no row. */
  dryRun: boolean
  /** The log entry of a failure besides its message. Default: one failed record. */
  failed?: (() => Pick<EndImport, 'recordsFailed' | 'errors'> & { outcome: object }) | undefined
}

/** What an import stores besides its records. */
export interface Closing<Result> {
  result: Result
  end: Omit<EndImport, 'id' | 'state'>
  /** `import.git`, … */
  action: string
  audit: NewAuditEntry['details']
}

/**
 * Runs an import in one transaction, between two commits that record its start and its end in the import log. The id is
 * null after a dry run.
 */
export async function loggedImport<Result>(
  database: Database,
  logged: LoggedImport,
  work: (tx: Db, importing: Importing) => Promise<Closing<Result>>,
): Promise<{ importId: string | null; result: Result }> {
  const { origin, actor, dryRun } = logged
  const id = randomUUID()
  const begin = beginning(id, logged)
  if (!dryRun) await database.write((tx) => beginImport(tx, begin))
  const takeNumber = dryRun ? remoteBugNumbers() : null
  const write = async (tx: Db): Promise<Result> => {
    if (dryRun) await beginImport(tx, begin)
    await lockImport(tx, { importId: id, externalSource: origin.externalSource })
    const byCopy = await mayCopy(tx, database.capabilities)
    const slaPolicy = await getSlaPolicy(tx)
    const { slaFrom = 'created' } = origin
    const importing = { importId: id, actor, byCopy, takeNumber, slaPolicy, slaFrom }
    const { result, end, action, audit } = await work(tx, importing)
    await recordAudit(tx, actor, [{ action, entityType: 'import', entityId: id, details: audit }])
    await endImport(tx, { ...end, id, state: 'done' })
    forgetQueries()
    return result
  }
  try {
    const result = await database.write(write, { long: true, dryRun })
    return { importId: dryRun ? null : id, result }
  } catch (error) {
    // If this cannot be stored either, the log shows the row as an interrupted import.
    if (!dryRun) await database.write((tx) => endImport(tx, failedEnd(id, logged, error))).catch(() => {})
    throw error
  }
}

/** Logs an import that failed before it wrote anything, except in a dry run. */
export async function logFailure(database: Database, logged: AnyLogged, error: unknown): Promise<void> {
  if (logged.dryRun) return
  const id = randomUUID()
  await database.write(async (tx) => {
    await beginImport(tx, beginning(id, logged))
    await endImport(tx, failedEnd(id, logged, error))
  })
}

type AnyLogged = LoggedImport<Pick<Actor, 'now'>>

function beginning(id: string, { source, origin, actor: { now } }: AnyLogged): BeginImport {
  return { id, source, origin, now }
}

function failedEnd(id: string, { failed }: AnyLogged, error: unknown): EndImport {
  const failure = error instanceof Error ? error.message : String(error)
  const { recordsFailed, errors, outcome } = failed?.() ?? {
    recordsFailed: 0,
    errors: [failure],
    outcome: {},
  }
  return { id, state: 'failed', recordsImported: 0, recordsFailed, errors, outcome: { ...outcome, failure } }
}
