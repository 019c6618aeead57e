import { Prisma } from '../../engine/sql.js'
import { inPlace, type DeliveryFilter } from './delivery-filter.js'
import { countedSource } from './production.js'

/** Kinds of facts, each of which a repository may have no source of. */
export type FactKind = 'commits' | 'pulls' | 'issues' | 'deployments' | 'assessments'

/** A sync fetches every fact of these kinds, so that none means none. Otherwise stored facts are the only sign of a source. */
const syncedOr = (table: string) => Prisma.sql`
  (r.synced_from IS NOT NULL OR EXISTS (SELECT FROM ${Prisma.raw(table)} x WHERE x.repository_id = r.id))`

/**
 * Whether facts of the kind can be known of the repository `r`. Without a source a count is unknown: 0 would say that a clone
 * has no pull requests.
 */
export const hasSource: Readonly<Record<FactKind, Prisma.Sql>> = {
  commits: syncedOr('commits'),
  pulls: syncedOr('pull_requests'),
  issues: syncedOr('issues'),
  deployments: Prisma.sql`${countedSource} IS NOT NULL`,
  assessments: Prisma.sql`
    EXISTS (SELECT FROM ai_reviews x WHERE x.repository_id = r.id AND x.risk_score IS NOT NULL)`,
}

/** Whether any repository of the scope has a source of facts of the kind. */
export function anySource(kind: FactKind, filter: DeliveryFilter): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM repositories r WHERE ${inPlace(filter)} AND ${hasSource[kind]})`
}
