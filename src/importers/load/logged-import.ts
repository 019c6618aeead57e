import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor, type AuditEntry } from '../../data/audit/audit.js'
import { forgetQueries, type Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import { lockImport } from '../../data/imports/import-locks.js'
import type { Importing } from '../../data/imports/import-table.js'
import { beginImport, endImport, type BeginImport, type EndImport } from '../../data/imports/imports.js'
import { mayCopy } from '../../data/imports/new-rows.js'

export interface LoggedImport {
  source: BeginImport['source']
  origin: BeginImport['origin']
  actor: Actor
  /** Do everything, then roll back; no word of it remains. */
  dryRun: boolean
}

/** What an import leaves behind besides its records. */
export interface Closing<Result> {
  result: Result
  end: Omit<EndImport, 'id' | 'state'>
  /** `import.git`, … */
  action: string
  audit: AuditEntry['details']
}

/**
 * An import that writes all it has or nothing: one transaction, between the log's word that it began and how it ended.
 * The id is null after a dry run.
 */
export async function loggedImport<Result>(
  database: Database,
  { source, origin, actor, dryRun }: LoggedImport,
  work: (tx: Db, importing: Importing) => Promise<Closing<Result>>,
): Promise<{ importId: string | null; result: Result }> {
  const id = randomUUID()
  const begin: BeginImport = { id, source, origin, now: actor.now }
  if (!dryRun) await database.write((tx) => beginImport(tx, begin))
  const write = async (tx: Db): Promise<Result> => {
    if (dryRun) await beginImport(tx, begin)
    await lockImport(tx, { importId: id, externalSource: origin.externalSource })
    const byCopy = await mayCopy(tx, database.capabilities)
    const { result, end, action, audit } = await work(tx, { importId: id, actor, byCopy })
    await recordAudit(tx, actor, [{ action, entityType: 'import', entityId: id, details: audit }])
    await endImport(tx, { ...end, id, state: 'done' })
    forgetQueries()
    return result
  }
  try {
    const result = await database.write(write, { long: true, dryRun })
    return { importId: dryRun ? null : id, result }
  } catch (error) {
    if (!dryRun) await database.write((tx) => endImport(tx, failedEnd(id, error))).catch(() => {})
    throw error
  }
}

/** Leaves word of an import that failed before it had anything to write. Returns its id; null for a dry run. */
export async function logFailure(
  database: Database,
  { source, origin, actor, dryRun }: Omit<LoggedImport, 'actor'> & { actor: Pick<Actor, 'now'> },
  error: unknown,
): Promise<string | null> {
  if (dryRun) return null
  const id = randomUUID()
  await database.write(async (tx) => {
    await beginImport(tx, { id, source, origin, now: actor.now })
    await endImport(tx, failedEnd(id, error))
  })
  return id
}

function failedEnd(id: string, error: unknown): EndImport {
  const failure = error instanceof Error ? error.message : String(error)
  return {
    id,
    state: 'failed',
    recordsImported: 0,
    recordsFailed: 1,
    errors: [failure],
    outcome: { failure },
  }
}
