import type { Flow, FlowPeriod } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { sampleQuery } from './figures.js'
import { deletedBacklog } from './samples/flow.js'
import type { Scope } from './scope.js'

type Backlog = Flow['before']
type Counts = Pick<FlowPeriod, 'created' | 'resolved' | 'reopened' | 'deleted' | 'net'>

/** Bounds are ascending; the first and the last are those of the window. */
export async function getFlow(
  db: Db,
  { scope, bounds }: { scope: Scope; bounds: readonly Date[] },
): Promise<Flow> {
  const before = await countBacklog(db, {
    ...scope,
    window: { from: scope.window.from, to: scope.window.from },
    past: true,
  })
  const after = await countBacklog(db, scope)
  const changes = await sumEvents(db, { scope, bounds })
  let { backlog, deferred } = before
  const periods = bounds.slice(0, -1).map((from, index) => {
    const { deferring, ...counts } = changes.get(index + 1) ?? nothing
    backlog += counts.net
    deferred += deferring
    return { from, to: bounds[index + 1] ?? from, ...counts, backlog, open: backlog - deferred, deferred }
  })
  return { periods, before, after, unexplained: after.backlog - backlog }
}

type Change = Counts & { deferring: number }

const nothing: Change = { created: 0, resolved: 0, reopened: 0, deleted: 0, net: 0, deferring: 0 }

/** By the number of the period, from 1. */
async function sumEvents(
  db: Db,
  { scope, bounds }: { scope: Scope; bounds: readonly Date[] },
): Promise<Map<number, Change>> {
  const rows = await db.$queryRaw<(Change & { period: number })[]>`
    SELECT
      width_bucket(e.at, ${[...bounds]}::timestamptz[]) AS period,
      sum(e.created)::int AS created, sum(e.resolved)::int AS resolved, sum(e.reopened)::int AS reopened,
      sum(e.deleted)::int AS deleted, sum(e.net)::int AS net, sum(e.deferred)::int AS deferring
    FROM (${sampleQuery('flow', scope)}) e
    GROUP BY 1`
  return new Map(rows.map(({ period, ...change }) => [period, change]))
}

async function countBacklog(db: Db, scope: Scope): Promise<Backlog> {
  const [row] = await db.$queryRaw<Backlog[]>`
    SELECT
      count(*)::int + (${deletedBacklog(scope)}) AS backlog,
      count(*) FILTER (WHERE NOT b.deferred)::int + (${deletedBacklog(scope)}) AS open,
      count(*) FILTER (WHERE b.deferred)::int AS deferred
    FROM (${sampleQuery('backlog', scope)}) b`
  if (!row) throw new Error('an aggregate without a row')
  return row
}
