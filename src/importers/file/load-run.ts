import type { Actor } from '../../data/audit/audit.js'
import type { MergeRules } from '../../data/imports/local-edits.js'
import { findChangedMonths } from '../../data/imports/closed-months.js'
import { hasTrackedBugs, passBugNumbers } from '../../data/imports/import-bugs.js'
import type { Importing } from '../../data/imports/importing.js'
import type { SlaStart } from '../../domain/sla.js'
import { buildIndexes, setIndexesAside } from '../../data/imports/indexes-aside.js'
import type { Db } from '../../engine/client.js'
import type { Capabilities } from '../../engine/connection/connection.js'
import type { Database } from '../../engine/database.js'
import { CtoError } from '../../errors.js'
import type { Rejects } from '../csv/rejects.js'
import type { ChangeLog } from '../load/change-log.js'
import { Effects } from '../load/effects.js'
import { KnownNames } from '../load/known-names.js'
import { loadBatches, type Loader } from '../load/load-batch.js'
import { ownSource } from '../load/identify-bugs.js'
import { bugKind } from '../load/load-bugs.js'
import { metricsKind } from '../load/load-metrics.js'
import { projectKind } from '../load/load-projects.js'
import { userKind } from '../load/load-users.js'
import type { Loading, LoadMode } from '../load/loading.js'
import { loggedImport, type Closing } from '../load/logged-import.js'
import type { RecordKind } from '../load/record-kind.js'
import type { ImportCounts } from '../load/tally.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { ImportType } from '../../domain/kinds.js'
import type { Imported } from '../validate/imported.js'
import { auditOf, logOf, resultOf } from './log.js'
import type { ImportRun, LoadItem } from './run.js'

/** For fewer records, rebuilding indexes takes longer than it saves. */
const manyRecords = 10_000

export interface LoadOptions {
  actor: Actor
  /** Where the run writes rejected rows. */
  rejects: Rejects
  /** The user's flags about columns and values, for the log. */
  mapping: MappingFlags
  /** Perform the whole import, then roll it back; the log gets no row. */
  dryRun?: boolean | undefined
  /** Whether to create people and projects that are not stored yet; default: yes. */
  createUnknown?: boolean | undefined
  /** Default: upsert. */
  mode?: LoadMode | undefined
  /** Default: the source overwrites changes made here. */
  merge?: MergeRules | undefined
  /** When the SLA clocks of new open bugs start; default: when they were created. */
  slaFrom?: SlaStart | undefined
  /** Filled with every change, record by record. */
  changes?: ChangeLog | undefined
  /** The expected fingerprint of `changes`; a different one rolls everything back. */
  expected?: string | undefined
  /** Called when all records are stored, before indexes are built. */
  onIndexes?: (() => void) | undefined
}

export interface Loaded {
  /** Null after a dry run. */
  importId: string | null
  counts: ImportCounts
  effects: Effects
  /** The file of rejected rows; null if there is none. */
  rejectsFile: string | null
}

/**
 * Loads a file in one transaction.
 *
 * @throws CtoError TOO_MANY_REJECTS, ACCOUNTING, LOCKED, CONFLICT
 */
export async function loadRun<Type extends ImportType>(
  database: Database,
  run: ImportRun<Type>,
  options: LoadOptions,
): Promise<Loaded> {
  const { actor, mapping, rejects, dryRun = false, slaFrom } = options
  const effects = new Effects(options.changes)
  const work = async (tx: Db, importing: Importing): Promise<Closing<ImportCounts>> => {
    const counts = await loadAll(tx, run, {
      importing,
      options,
      effects,
      capabilities: database.capabilities,
    })
    effects.closedMonths = await findChangedMonths(tx, importing, effects.redatedSince)
    const end = resultOf(run, { counts, effects })
    return { result: counts, end, action: 'import.csv', audit: auditOf(run, { counts, effects }) }
  }
  const logged = logOf(run, { mapping, actor, dryRun, slaFrom })
  const { importId, result } = await loggedImport(database, logged, work).catch(async (error: unknown) => {
    await rejects.discard()
    throw error
  })
  return { importId, counts: result, effects, rejectsFile: await rejects.keep() }
}

interface LoadAll {
  importing: Importing
  options: LoadOptions
  effects: Effects
  capabilities: Capabilities
}

async function loadAll<Type extends ImportType>(
  tx: Db,
  run: ImportRun<Type>,
  { importing, options, effects, capabilities }: LoadAll,
): Promise<ImportCounts> {
  const { type, externalSource, present, survey, keepNumbers } = run.plan
  const { dryRun = false, createUnknown = true, mode = 'upsert' } = options
  // A dry run must not block other users, and rebuilding an index is one statement of seconds.
  const isLarge = type === 'bugs' && survey.records >= manyRecords
  const aside = isLarge && !capabilities.blocksTheLoop && !dryRun ? await setIndexesAside(tx) : []
  const loading: Loading = {
    tx,
    importing,
    externalSource,
    isNewSource: externalSource !== ownSource && !(await hasTrackedBugs(tx, externalSource)),
    present,
    createUnknown,
    known: new KnownNames(),
    mode,
    merge: options.merge ?? { keepLocal: false, newerOnly: false },
    effects,
  }
  const loader: Loader<LoadItem<Type>> = {
    kind: kinds[type],
    refuse: (item, problem) => run.refuse(item, problem),
  }
  const counts = run.settle(await loadBatches(loader, loading, run.batches()))
  requireExpected(run, options)
  await options.rejects.flush()
  if (aside.length > 0) {
    options.onIndexes?.()
    await buildIndexes(tx, aside)
  }
  // A sequence is not rolled back.
  if (keepNumbers && !dryRun) await passBugNumbers(tx)
  return counts
}

const kinds: { [Type in ImportType]: RecordKind<Imported[Type]> } = {
  bugs: bugKind,
  projects: projectKind,
  users: userKind,
  metrics: metricsKind,
}

function requireExpected<Type extends ImportType>(
  { plan }: ImportRun<Type>,
  { changes, expected }: LoadOptions,
): void {
  if (expected === undefined || changes?.fingerprint() === expected) return
  throw new CtoError(
    'CONFLICT',
    `the ${plan.type} that the plan would change have changed since it was made`,
    {
      reason: 'nothing was written',
      hint: 'create it again: cto import plan',
    },
  )
}
