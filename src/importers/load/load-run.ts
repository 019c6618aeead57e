import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../../data/audit/audit.js'
import type { Db } from '../../engine/client.js'
import type { Capabilities } from '../../engine/connection/connection.js'
import type { Database } from '../../engine/database.js'
import type { MergeRules } from '../../data/imports/import-bug-changes.js'
import { hasTrackedBugs, passBugNumbers } from '../../data/imports/import-bugs.js'
import { buildIndexes, setIndexesAside } from '../../data/imports/indexes-aside.js'
import { lockImport } from '../../data/imports/import-locks.js'
import { beginImport, endImport, type BeginImport } from '../../data/imports/imports.js'
import { mayCopy } from '../../data/imports/new-rows.js'
import { CtoError } from '../../errors.js'
import type { ImportType } from '../map/columns.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { Rejects } from '../csv/rejects.js'
import type { ImportRun, LoadItem } from '../csv/run.js'
import type { ImportCounts, Written } from '../csv/tally.js'
import type { Imported } from '../validate/imported.js'
import type { ChangeLog } from './change-log.js'
import { Effects } from './effects.js'
import { KnownNames } from './known-names.js'
import { add, loadBatch, loadReady, nothingWritten, type Loader } from './load-batch.js'
import { loadBugs, readyBugs } from './load-bugs.js'
import { loadProjects } from './load-projects.js'
import { loadUsers } from './load-users.js'
import type { Loading, LoadMode } from './loading.js'
import { oneAhead } from './one-ahead.js'
import { putAway } from './put-away.js'
import { auditOf, originOf, recordFailure, resultOf } from './log.js'

/** For fewer it is not worth while to build indexes anew. */
const manyRecords = 10_000

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
  /** Default: create what is new, change what is different. */
  mode?: LoadMode | undefined
  /** Default: the source is right. */
  merge?: MergeRules | undefined
  /** Filled with what is done, record by record. */
  changes?: ChangeLog | undefined
  /** What `changes` must come to; else everything is rolled back. */
  expected?: string | undefined
  /** Called when all is stored that there is, and indexes are about to be built. */
  onIndexes?: (() => void) | undefined
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
 * @throws CtoError TOO_MANY_REJECTS, ACCOUNTING, LOCKED
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
    return loadAll(tx, run, { id, options, capabilities: database.capabilities })
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
  { id, options, capabilities }: { id: string; options: LoadOptions; capabilities: Capabilities },
): Promise<Pick<Loaded, 'counts' | 'effects'>> {
  const { externalSource, present } = run.plan
  const { actor, dryRun = false, createUnknown = true, mode = 'upsert' } = options
  await lockImport(tx, { importId: id, externalSource })
  // A dry run must lock out nobody, and building an index anew is one statement of seconds.
  const isLarge = run.plan.type === 'bugs' && run.plan.survey.records >= manyRecords
  const aside = isLarge && !capabilities.blocksTheLoop && !dryRun ? await setIndexesAside(tx) : []
  const effects = new Effects(options.changes)
  const written = await loadBatches(run, {
    tx,
    importing: { importId: id, actor, byCopy: await mayCopy(tx, capabilities) },
    externalSource,
    isNewSource: !(await hasTrackedBugs(tx, externalSource)),
    present,
    createUnknown,
    known: new KnownNames(),
    mode,
    merge: options.merge ?? { keepLocal: false, newerOnly: false },
    effects,
  })
  const counts = run.settle(written)
  requireExpected(run, options)
  await options.rejects.flush()
  if (aside.length > 0) {
    options.onIndexes?.()
    await buildIndexes(tx, aside)
  }
  // A sequence is not rolled back.
  if (run.plan.keepNumbers && !dryRun) await passBugNumbers(tx)
  await recordAudit(tx, actor, [auditOf(id, run, { counts, effects })])
  await endImport(tx, { id, state: 'done', ...resultOf(run, { counts, effects }) })
  return { counts, effects }
}

const loaders: { [Type in ImportType]: Omit<Loader<{ record: Imported[Type] }>, 'refuse'> } = {
  bugs: { load: loadBugs, ready: readyBugs },
  projects: { load: loadProjects },
  users: { load: loadUsers },
}

async function loadBatches<Type extends ImportType>(
  run: ImportRun<Type>,
  loading: Loading,
): Promise<Written> {
  const loader: Loader<LoadItem<Type>> = {
    ...loaders[run.plan.type],
    refuse: (item, problem) => run.refuse(item, problem),
  }
  let written = nothingWritten
  for await (const { items, ready } of oneAhead(readyBatches())) {
    const now = ready
      ? await loadReady(loader, loading, { items, ready })
      : await loadBatch(loader, loading, items)
    written = add(written, now)
    await putAway(loading)
  }
  return written

  async function* readyBatches() {
    for await (const items of run.batches()) {
      const records = items.map(({ record }) => record)
      yield { items, ready: loader.ready?.(loading, records) ?? null }
    }
  }
}

function requireExpected<Type extends ImportType>(
  { plan }: ImportRun<Type>,
  { changes, expected }: LoadOptions,
): void {
  if (expected === undefined || changes?.fingerprint() === expected) return
  throw new CtoError(
    'CONFLICT',
    `the ${plan.type} that the plan would touch have changed since it was made`,
    {
      reason: 'nothing was written',
      hint: 'make it again: cto import plan',
    },
  )
}
