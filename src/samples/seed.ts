import { hourMs } from '../domain/duration.js'
import { addMonths, monthStart, utcDay } from '../domain/time.js'
import { CtoError } from '../errors.js'
import { recordAudit, type Actor } from '../data/audit/audit.js'
import type { Db } from '../engine/client.js'
import { insertRows } from '../engine/insert-rows.js'
import { getMonthHistories } from '../data/metrics/month-history.js'
import { getMonthlyFigures } from '../data/metrics/monthly-figures.js'
import { findMonthlyMetrics, saveMonthlyMetrics } from '../data/metrics/monthly-metrics.js'
import { savePortfolio } from '../data/metrics/portfolio-metrics.js'
import { hasRowsIn, lockSamples } from '../data/samples/sample-rows.js'
import { countRows } from '../engine/schema/row-counts.js'
import { sampleId, sampleRange, type SampleSet } from './ids.js'
import { insertDeliverySet } from './delivery.js'
import { insertLargeSet, type LargeSet } from './large.js'
import { numbered, remoteBugNumbers, type TakeNumber } from '../data/bugs/trial-numbers.js'
import { sampleBugs } from './small-bugs.js'
import { sampleProjects } from './small-projects.js'
import { sampleImports, sampleProjectDays, sampleUsers, type Ago } from './small.js'
import { live } from './story.js'

interface Seed {
  /** Absent: the small set. */
  large?: LargeSet | undefined
  actor: Actor
  /** Seed even if the database holds other data. */
  force: boolean
  /** The transaction will be rolled back: no numbers of bugs are used up. */
  dryRun: boolean
}

/**
 * Stores the sample data. Returns false, without a change, if they are stored already.
 *
 * @throws CtoError NOT_PERMITTED if the database holds other data
 */
export async function seed(tx: Db, { large, actor, force, dryRun }: Seed): Promise<boolean> {
  const set = large ? 'large' : 'small'
  const takeNumber = dryRun ? remoteBugNumbers() : null
  const insert = async () => {
    if (large) await insertLargeSet(tx, { ...large, now: actor.now, takeNumber })
    else await insertSmallSet(tx, { now: actor.now, takeNumber })
    await storeMonths(tx, { set, months: large ? 12 : 3, actor })
  }
  return storeOnce(tx, { set, actor, force, insert })
}

/**
 * Stores two weeks of delivery. Returns false, without a change, if they are stored already.
 *
 * @throws CtoError NOT_PERMITTED if the database holds other data
 */
export async function seedDelivery(
  tx: Db,
  { actor, force }: Pick<Seed, 'actor' | 'force'>,
): Promise<boolean> {
  return storeOnce(tx, { set: 'delivery', actor, force, insert: () => insertDeliverySet(tx, actor) })
}

interface StoreOnce extends Pick<Seed, 'actor' | 'force'> {
  set: SampleSet
  /** Where, for messages. */
  place?: string
  insert(): Promise<void>
}

/**
 * Stores a set with `insert`, and records that. Returns false, without a change, if the set is stored already.
 *
 * @throws CtoError NOT_PERMITTED if the database holds other data
 */
export async function storeOnce(
  tx: Db,
  { set, place = 'the database', actor, force, insert }: StoreOnce,
): Promise<boolean> {
  await lockSamples(tx)
  // A partly deleted set counts as stored, since seeding cannot restore only the missing rows.
  if (await hasRowsIn(tx, sampleRange(set))) return false
  if (!force) await requireNoData(tx, { set, place })
  await insert()
  await recordAudit(tx, actor, [
    { action: 'db.seed', entityType: 'database', entityId: null, details: { size: set } },
  ])
  return true
}

/** The flags of `cto db seed` that name a set. */
const flagsOf: Record<SampleSet, string> = {
  small: '',
  large: ' --size large',
  workspaces: ' --workspaces',
  delivery: ' --delivery',
}

async function requireNoData(
  db: Db,
  { set, place }: Required<Pick<StoreOnce, 'set' | 'place'>>,
): Promise<void> {
  const counts = await countRows(db)
  const found = Object.entries(counts).filter(([, rows]) => rows > 0)
  if (found.length === 0) return
  throw new CtoError('NOT_PERMITTED', `${place} holds other data`, {
    reason: found.map(([what, rows]) => `${what} ${rows}`).join(', '),
    hint: `to add sample data to it anyway: cto db seed${flagsOf[set]} --force`,
  })
}

async function insertSmallSet(
  tx: Db,
  { now, takeNumber }: { now: Date; takeNumber: TakeNumber },
): Promise<void> {
  const ago: Ago = (hours) => new Date(now.getTime() - hours * hourMs)
  const bugs = sampleBugs(ago).map(live)
  const history = bugs
    .flatMap((bug) => bug.history)
    .map((row, i) => ({ id: sampleId('small', 'history', i + 1), ...row }))
  await insertRows(tx, 'import_logs', sampleImports(ago))
  await insertRows(tx, 'users', sampleUsers(ago))
  await insertRows(tx, 'projects', sampleProjects(ago))
  await insertRows(tx, 'project_metrics', sampleProjectDays(ago))
  const rows = bugs.map(({ bug }) => bug)
  await insertRows(tx, 'bugs', numbered(rows, takeNumber))
  await insertRows(tx, 'bug_history', history)
}

interface StoreMonths {
  set: SampleSet
  /** The number of months before the current one. */
  months: number
  actor: Actor
}

/** Stores snapshots of past months, computed from the history of the bugs. Existing ones, with `--force`, are kept. */
async function storeMonths(tx: Db, { set, months, actor }: StoreMonths): Promise<void> {
  await savePortfolio(tx, { day: utcDay(actor.now), actor, id: sampleId(set, 'portfolio', 1) })
  const past = Array.from({ length: months }, (_, i) => addMonths(monthStart(actor.now), i - months))
  const histories = await getMonthHistories(tx, past)
  for (const [index, month] of past.entries()) {
    const ago = months - index
    const history = histories.get(month.getTime())
    if (!history || (await findMonthlyMetrics(tx, month))) continue
    const figures = await getMonthlyFigures(tx, { month, history, stored: null, now: actor.now })
    await saveMonthlyMetrics(tx, { month, figures, actor, id: sampleId(set, 'month', ago) })
  }
}
