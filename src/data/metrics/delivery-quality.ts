import { deliveryIds, type MetricId } from '../../domain/metric.js'
import type { Doubt } from '../../shapes/metric.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { inPlace } from '../delivery/delivery-filter.js'
import { countedDeployments, sourcedRepositories } from '../delivery/production.js'
import { sampleQuery } from './figures.js'
import type { Scope } from './scope.js'

interface Check {
  what: string
  affects: readonly MetricId[]
  /** One row with the columns `count` and `of`, and `never` beside `whatNever`. */
  counts(scope: Scope): Prisma.Sql
  /** In place of `what`, where `never` is all of `count`. */
  whatNever?: string
}

const starting = (prefix: string) => deliveryIds.filter((id) => id.startsWith(prefix))

/** The shares of the sample's rows in which a column is null. */
const withoutValue =
  (sample: 'mergedPulls' | 'shippedChanges', column: string) => (scope: Scope) => Prisma.sql`
  SELECT count(*) FILTER (WHERE s.${Prisma.raw(column)} IS NULL)::int AS count, count(*)::int AS of
  FROM (${sampleQuery(sample, scope)}) s`

const checks = {
  windowBeyondSync: {
    what: 'repositories whose sync does not cover the window',
    whatNever:
      'repositories that were never synced: figures count only what a clone, events or files brought',
    affects: deliveryIds,
    counts: ({ delivery = {}, window: { from, to } }) => Prisma.sql`
      SELECT
        count(*) FILTER (
          WHERE r.synced_from IS NULL OR greatest(r.synced_from, r.pruned_before) > ${from} OR r.synced_through IS NULL OR r.synced_through < ${to}
        )::int AS count,
        count(*) FILTER (WHERE r.synced_from IS NULL AND r.synced_through IS NULL)::int AS never,
        count(*)::int AS of
      FROM repositories r
      WHERE ${inPlace(delivery)}`,
  },
  withoutDeploymentSource: {
    what: 'repositories without a source of deployments',
    affects: [...starting('dora.'), ...starting('pr.deploy')],
    counts: ({ delivery = {} }) => Prisma.sql`
      SELECT count(*) FILTER (WHERE r.counted_source IS NULL)::int AS count, count(*)::int AS of
      FROM ${sourcedRepositories(delivery)}`,
  },
  linkNotExact: {
    what: 'deployments of which what they ship is inferred from times, or unknown',
    affects: ['dora.lead.p50', 'dora.lead.p90', 'pr.deploy.p50', 'pr.deploy.p90'],
    counts: ({ delivery = {}, window: { from, to } }) => Prisma.sql`
      SELECT count(*) FILTER (WHERE d.link <> 'exact')::int AS count, count(*)::int AS of
      FROM ${countedDeployments(delivery)}
      WHERE d.finished_at >= ${from} AND d.finished_at < ${to}`,
  },
  changeWithoutLead: {
    what: 'deployed changes without a lead time: no known first commit, or one after the deployment',
    affects: ['dora.lead.p50', 'dora.lead.p90'],
    counts: withoutValue('shippedChanges', 'lead'),
  },
  pullWithoutCoding: {
    what: 'merged pull requests without a coding time: no known first commit or ready moment, or the wrong way round',
    affects: ['pr.coding.p50', 'pr.coding.p90', 'pr.unsplit.p50'],
    counts: withoutValue('mergedPulls', 'coding'),
  },
  pullWithoutReviews: {
    what: 'merged pull requests known by mentions alone, without their reviews',
    affects: ['pr.unreviewed'],
    counts: withoutValue('mergedPulls', 'unreviewed'),
  },
} as const satisfies Record<string, Check>

/**
 * Gaps in the facts behind delivery metrics. Given ids, only the gaps that affect those metrics; a check that finds nothing
 * is listed with 0.
 */
export async function getDeliveryQuality(
  db: Db,
  { scope, ids = deliveryIds }: { scope: Scope; ids?: readonly MetricId[] },
): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  for (const [check, { what, whatNever = what, affects, counts }] of Object.entries<Check>(checks)) {
    const touched = affects.filter((id) => ids.includes(id))
    if (touched.length === 0) continue
    const [row] = await db.$queryRaw<{ count: number; never?: number; of: number }[]>`${counts(scope)}`
    const { count = 0, of = 0, never } = row ?? {}
    doubts.push({ check, what: count === never ? whatNever : what, count, of, affects: [...touched] })
  }
  return doubts
}
