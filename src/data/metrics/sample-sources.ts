import type { Metric, SampleName } from '../../domain/metric.js'
import { Prisma } from '../../engine/sql.js'
import { anySource, type FactKind } from '../delivery/fact-sources.js'
import type { Scope } from './scope.js'

/** What must have been imported for a sample to have rows. Absent: cto itself writes the rows, so that none means none. */
const sources: Readonly<Partial<Record<SampleName, FactKind | 'sessions'>>> = {
  deployments: 'deployments',
  recoveries: 'deployments',
  suspectedFailures: 'deployments',
  shippedChanges: 'deployments',
  mergedPulls: 'pulls',
  openedPulls: 'pulls',
  closedPulls: 'pulls',
  openPulls: 'pulls',
  reviews: 'pulls',
  reviewers: 'pulls',
  commits: 'commits',
  openedIssues: 'issues',
  closedIssues: 'issues',
  assessedPulls: 'assessments',
  sessions: 'sessions',
  activeHours: 'sessions',
  sessionPeople: 'sessions',
  toolSums: 'sessions',
  toolCalls: 'sessions',
}

/** Null where the scope has no source of the sample's rows; otherwise the value, which may then be 0. */
export function knownValue(
  { sample, aggregate }: Pick<Metric, 'sample' | 'aggregate'>,
  { value, scope: { delivery = {} } }: { value: Prisma.Sql; scope: Scope },
): Prisma.Sql {
  const source = sources[sample]
  if (source === undefined || !isZeroOfNothing({ sample, aggregate })) return value
  const isKnown =
    source === 'sessions' ? Prisma.sql`EXISTS (SELECT FROM metrics_sessions)` : anySource(source, delivery)
  return Prisma.sql`CASE WHEN ${isKnown} THEN ${value} END`
}

/** Counts are 0 over no rows, and so is the share of users who began a session. Other aggregates are null by themselves. */
function isZeroOfNothing({ sample, aggregate }: Pick<Metric, 'sample' | 'aggregate'>): boolean {
  return aggregate === 'count' || aggregate === 'distinct' || sample === 'sessionPeople'
}
