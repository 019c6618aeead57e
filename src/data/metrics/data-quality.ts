import { clockFields } from '../../domain/late-resolution.js'
import type { MetricId } from '../../domain/metric.js'
import type { Doubt } from '../../shapes/metric.js'
import type { Db } from '../../engine/client.js'
import { bugIsOpen, bugIsResolved } from '../bugs/bug-predicates.js'
import { unreplayableBugs } from '../bugs/unreplayable.js'
import { Prisma } from '../../engine/sql.js'
import { wordList } from '../word-list.js'
import { firstResponseSample } from './samples/first-response.js'
import { reopeningSample } from './samples/flow.js'
import { bugsIn, type Scope } from './scope.js'

type QualityCheck = keyof typeof checks

interface Check {
  what: string
  affects: readonly MetricId[]
  /** The bugs `b` that it checks, and the condition that it counts. */
  population: keyof typeof populations
  doubtful: Prisma.Sql | ((scope: Scope) => Prisma.Sql)
}

/**
 * Conditions on bugs grouped by status, `at_hand`, `is_new` and `is_watched`: bugs resolved outside the window are not in its metrics, and
 * some metrics are of the bugs created in it, or resolved 30 days before it.
 */
const populations = {
  all: Prisma.sql`true`,
  open: bugIsOpen,
  resolved: Prisma.sql`${bugIsResolved} AND b.at_hand`,
  created: Prisma.sql`b.is_new`,
  watched: Prisma.sql`b.is_watched`,
}

const checks = {
  historyDoesNotReplay: {
    what: 'bugs whose history does not match their present state',
    affects: ['flow.net', 'backlog.total'],
    population: 'all',
    doubtful: Prisma.sql`b.id IN (${unreplayableBugs})`,
  },
  resolvedBeforeCreated: {
    what: 'bugs resolved before they were created',
    affects: ['resolution.p50', 'resolution.p90', 'resolution.p95', 'resolution.mean', 'resolution.km50'],
    population: 'resolved',
    doubtful: Prisma.sql`b.resolved_at < b.created_at`,
  },
  resolvedWithoutDate: {
    what: 'bugs resolved without a date',
    affects: [
      'resolution.p50',
      'resolution.p90',
      'resolution.p95',
      'resolution.mean',
      'resolution.km50',
      'sla.compliance',
    ],
    population: 'resolved',
    doubtful: Prisma.sql`b.resolved_at IS NULL`,
  },
  stepNotDatedBySource: {
    what: 'imported bugs with a step whose date the source does not give',
    affects: [
      'resolution.p50',
      'resolution.p90',
      'resolution.p95',
      'resolution.mean',
      'resolution.km50',
      'first_response.p50',
      'first_response.p90',
      'sla.compliance',
    ],
    population: 'all',
    doubtful: Prisma.sql`b.id IN (
      SELECT h.bug_id FROM bug_history h
      WHERE h.is_doubtful AND h.field_changed IN (${wordList(clockFields)}))`,
  },
  respondedByResolution: {
    what: 'imported bugs created in the window with no known step before their resolution, which counts as the response',
    affects: ['first_response.p50', 'first_response.p90'],
    population: 'created',
    doubtful: (scope) =>
      Prisma.sql`b.id IN (SELECT s.id FROM (${firstResponseSample(scope)}) s WHERE s.by_resolution)`,
  },
  resolutionKnownByImport: {
    what: 'bugs whose resolution is known only from imports: an export leaves out earlier resolutions that were reopened',
    affects: ['reopen.rate'],
    population: 'watched',
    doubtful: (scope) =>
      Prisma.sql`b.id IN (SELECT s.id FROM (${reopeningSample(scope)}) s WHERE s.by_import)`,
  },
  openWithoutRevenueImpact: {
    what: 'open bugs without a revenue impact',
    affects: ['revenue.at_risk_daily', 'delay.cost', 'portfolio.roi_net'],
    population: 'open',
    doubtful: Prisma.sql`b.revenue_impact IS NULL`,
  },
  openWithoutAssignee: {
    what: 'open bugs without an assignee',
    affects: ['workload.imbalance'],
    population: 'open',
    doubtful: Prisma.sql`b.assigned_to_id IS NULL`,
  },
  resolvedWithoutHours: {
    what: 'resolved bugs that lack estimatedHours, actualHours or both',
    affects: ['estimate.accuracy'],
    population: 'resolved',
    doubtful: Prisma.sql`(b.estimated_hours IS NULL OR b.actual_hours IS NULL)`,
  },
} as const satisfies Record<string, Check>

/**
 * Gaps in the bugs behind the metrics of the scope, as of its end. Given ids, only the gaps that affect those metrics; a
 * check that finds nothing is listed with 0.
 */
export async function getDataQuality(
  db: Db,
  { scope, ids }: { scope: Scope; ids?: readonly MetricId[] },
): Promise<Doubt[]> {
  const names = (Object.keys(checks) as QualityCheck[]).filter(
    (check) => ids === undefined || checks[check].affects.some((id) => ids.includes(id)),
  )
  if (names.length === 0) return []
  const doubted = names.map(
    (name) => Prisma.sql`count(*) FILTER (WHERE ${doubtful(name, scope)}) AS ${quoted(name)}`,
  )
  const counts = names.flatMap((name) => {
    const sumOf = (column: Prisma.Sql) =>
      Prisma.sql`coalesce(sum(${column}) FILTER (WHERE ${populations[checks[name].population]}), 0)::int`
    return [
      Prisma.sql`${sumOf(Prisma.sql`b.bugs`)} AS ${quoted(`${name} of`)}`,
      Prisma.sql`${sumOf(Prisma.sql`b.${quoted(name)}`)} AS ${quoted(name)}`,
    ]
  })
  const { source, matches } = bugsIn(scope)
  const { from, to } = scope.window
  const atHand = Prisma.sql`(b.resolved_at IS NULL OR b.resolved_at >= ${from} AND b.resolved_at < ${to})`
  const isNew = Prisma.sql`(b.created_at >= ${from} AND b.created_at < ${to})`
  const isNeeded = (population: Check['population']) =>
    names.some((name) => checks[name].population === population)
  const isWatched = isNeeded('watched')
    ? Prisma.sql`(b.id IN (SELECT s.id FROM (${reopeningSample(scope)}) s))`
    : Prisma.sql`false`
  const isChecked = isNeeded('all') ? Prisma.sql`true` : Prisma.sql`(${atHand} OR ${isNew} OR ${isWatched})`
  const [row] = await db.$queryRaw<Record<string, number>[]>`
    SELECT ${Prisma.join(counts, ', ')}
    FROM (
      SELECT b.status, ${atHand} AS at_hand, ${isNew} AS is_new, ${isWatched} AS is_watched, count(*) AS bugs, ${Prisma.join(doubted, ', ')}
      FROM ${source}
      WHERE ${isChecked} AND ${matches}
      GROUP BY 1, 2, 3, 4
    ) b`
  return names.map((check) => {
    const { what, affects } = checks[check]
    return { check, count: row?.[check] ?? 0, of: row?.[`${check} of`] ?? 0, what, affects: [...affects] }
  })
}

function doubtful(name: QualityCheck, scope: Scope): Prisma.Sql {
  const condition: Check['doubtful'] = checks[name].doubtful
  return typeof condition === 'function' ? condition(scope) : condition
}

function quoted(name: string): Prisma.Sql {
  return Prisma.raw(`"${name}"`)
}
