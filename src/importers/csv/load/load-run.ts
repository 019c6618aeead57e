import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../../../data/audit.js'
import { forgetQueries, type Db } from '../../../data/client.js'
import type { Database } from '../../../data/database.js'
import { databaseFailure } from '../../../data/connection/failure.js'
import { lockImport } from '../../../data/imports/import-locks.js'
import { beginImport, endImport, type BeginImport } from '../../../data/imports/imports.js'
import { CtoError } from '../../../errors.js'
import type { ImportType } from '../map/columns.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { Rejects } from '../rejects.js'
import type { ImportRun, LoadItem } from '../run.js'
import type { ImportCounts, Written } from '../tally.js'
import type { Imported } from '../validate/imported.js'
import { Effects } from './effects.js'
import { loadBugs } from './load-bugs.js'
import { loadProjects } from './load-projects.js'
import { loadUsers } from './load-users.js'
import type { Loading } from './loading.js'
import { auditOf, originOf, recordFailure, resultOf } from './log.js'

export interface LoadOptions {
  actor: Actor
  /** Where the run puts the rows it refuses. */
  rejects: Rejects
  /** What the user said about columns and values, for the log. */
  mapping: MappingFlags
  /** Do everything, then roll back; no word of it remains. */
  dryRun?: boolean | undefined
  /** Whether people and projects that nobody knows are created; default: yes. */
  createUnknown?: boolean | undefined
}

export interface Loaded {
  /** Null after a dry run. */
  importId: string | null
  counts: ImportCounts
  effects: Effects
  /** Where the refused rows are; null where there are none, or nobody wanted them. */
  rejectsFile: string | null
}

/**
 * Loads a file, all of it or nothing: one transaction, between the import log's word that it began and how it ended.
 *
 * @throws CtoError TOO_MANY_REJECTS, ACCOUNTING, LOCKED, INVALID_VALUE
 */
export async function loadRun<Type extends ImportType>(
  database: Database,
  run: ImportRun<Type>,
  options: LoadOptions,
): Promise<Loaded> {
  const { actor, rejects, dryRun = false } = options
  const id = randomUUID()
  const begin: BeginImport = { id, source: 'csv', origin: originOf(run, options.mapping), now: actor.now }
  if (!dryRun) await database.write((tx) => beginImport(tx, begin))
  const work = async (tx: Db) => {
    if (dryRun) await beginImport(tx, begin)
    return loadAll(tx, run, { id, options })
  }
  const result = await database.write(work, { long: true, dryRun }).catch(async (error: unknown) => {
    await rejects.discard()
    if (!dryRun) await recordFailure(database, { id, run, error })
    throw error
  })
  return { ...result, importId: dryRun ? null : id, rejectsFile: await rejects.keep() }
}

async function loadAll<Type extends ImportType>(
  tx: Db,
  run: ImportRun<Type>,
  { id, options: { actor, createUnknown = true } }: { id: string; options: LoadOptions },
): Promise<Pick<Loaded, 'counts' | 'effects'>> {
  const { externalSource, present } = run.plan
  await lockImport(tx, { importId: id, externalSource })
  const effects = new Effects()
  const importing = { importId: id, actor }
  const written = await loadBatches(run, { tx, importing, externalSource, present, createUnknown, effects })
  const counts = run.settle(written)
  await recordAudit(tx, actor, [auditOf(id, run, { counts, effects })])
  await endImport(tx, { id, state: 'done', ...resultOf(run, { counts, effects }) })
  return { counts, effects }
}

const loaders: {
  [Type in ImportType]: (loading: Loading, records: readonly Imported[Type][]) => Promise<Written>
} = { bugs: loadBugs, projects: loadProjects, users: loadUsers }

async function loadBatches<Type extends ImportType>(
  run: ImportRun<Type>,
  loading: Loading,
): Promise<Written> {
  const load = loaders[run.plan.type]
  const written: Written = { created: 0, updated: 0, unchanged: 0 }
  for await (const items of run.batches()) {
    const records = items.map(({ record }) => record)
    const batch = await naming(items, () => load(loading, records))
    written.created += batch.created
    written.updated += batch.updated
    written.unchanged += batch.unchanged
    forgetQueries()
  }
  return written
}

/** A value, a constraint, a limit: a record that the database does not take costs the import; at least its neighbourhood is named. */
async function naming<Type extends ImportType>(
  items: readonly LoadItem<Type>[],
  work: () => Promise<Written>,
): Promise<Written> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = databaseFailure(error)
    if (!/^(22|23|54)/.test(code ?? '')) throw error
    const [first, last] = [items[0]?.row.number, items.at(-1)?.row.number].map(String)
    throw new CtoError('INVALID_VALUE', 'the database refused a record; nothing was written', {
      reason: `one of the records ${first} to ${last}: ${message}`,
      hint: 'mend it in the file, or leave its column out with --ignore',
      cause: error,
    })
  }
}
