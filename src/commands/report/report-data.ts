import type { Db } from '../../engine/client.js'
import { findBugs } from '../../data/bugs/bugs.js'
import { hasRepositories } from '../../data/delivery/repositories-known.js'
import { getAging } from '../../data/metrics/aging.js'
import { getDataQuality } from '../../data/metrics/data-quality.js'
import { getDeliveryQuality } from '../../data/metrics/delivery-quality.js'
import { figureChanges } from '../../data/metrics/figure-changes.js'
import { getFigures } from '../../data/metrics/figures.js'
import { getFlow } from '../../data/metrics/flow.js'
import { getOpenChanges, type OpenChange, type OpenId } from '../../data/metrics/open-changes.js'
import { findProjectValues } from '../../data/metrics/portfolio.js'
import { findProjectTrends } from '../../data/metrics/project-trend.js'
import { windowBefore, type Scope } from '../../data/metrics/scope.js'
import { getTeam } from '../../data/metrics/team.js'
import { hasSessions } from '../../data/sessions/sessions-known.js'
import { openStatuses } from '../../domain/bug.js'
import {
  agingIds,
  engineeringIds,
  flowIds,
  kpiIds,
  openIds,
  portfolioIds,
  sessionIds,
  slaIds,
  type Figure,
  type MetricId,
} from '../../domain/metric.js'
import type { Report } from '../../shapes/report.js'
import type { Bug } from '../../shapes/bug.js'

const bugAndProjectIds = [
  ...new Set<MetricId>([...kpiIds, ...slaIds, ...flowIds, ...engineeringIds, ...agingIds, ...portfolioIds]),
]

/** What is true of one moment, and so changes from the beginning of the window to its end. */
const changedIds: readonly MetricId[] = [...openIds, 'sla.breached', 'revenue.at_risk_daily']

/** How many bugs are called the worst. */
const worstCount = 15

interface GetReportData {
  scope: Scope
  withBugs: boolean
  /** The figures of repositories to show; where no repository is known they are left out all the same. */
  deliveryIds: readonly MetricId[]
  /** With the figures of sessions, likewise. */
  withSessions: boolean
  /** Of the flow, ascending. */
  bounds: readonly Date[]
}

/** One after the other: they share a connection and a snapshot of the database. */
export async function getReportData(
  db: Db,
  { scope, withBugs, deliveryIds, withSessions, bounds }: GetReportData,
): Promise<Omit<Report, 'window'>> {
  const ofDelivery = deliveryIds.length > 0 && (await hasRepositories(db)) ? deliveryIds : []
  const knowsSessions = withSessions && (await hasSessions(db))
  const ids = [...(withBugs ? bugAndProjectIds : []), ...ofDelivery, ...(knowsSessions ? sessionIds : [])]
  const figures = await getFigures(db, { ids, scope })
  const before = await getFigures(db, { ids, scope: await windowBefore(db, scope) })
  return {
    figures,
    before,
    ...(withBugs ? await bugPart(db, { scope, bounds, figures, before }) : withoutBugs),
    quality: [
      ...(withBugs ? await getDataQuality(db, { scope }) : []),
      ...(ofDelivery.length > 0 ? await getDeliveryQuality(db, { scope, ids: ofDelivery }) : []),
    ],
  }
}

const withoutBugs = { changes: [], trend: [], flow: null, aging: [], team: [], projects: [], worst: [] }

interface BugPart extends Pick<GetReportData, 'scope' | 'bounds'>, Pick<Report, 'figures' | 'before'> {}

async function bugPart(db: Db, { scope, bounds, figures, before }: BugPart) {
  const causes = await causesOf(db, scope)
  return {
    changes: figureChanges(valuesOf(before), valuesOf(figures), causes),
    trend: await findProjectTrends(db, { scope, moments: bounds }),
    flow: await getFlow(db, { scope, bounds }),
    aging: await getAging(db, scope),
    team: await getTeam(db, scope),
    projects: await findProjectValues(db, scope),
    worst: await findWorst(db, scope),
  }
}

function causesOf(db: Db, { filter, window, past }: Scope): Promise<Record<OpenId, OpenChange>> {
  return getOpenChanges(db, {
    filter,
    from: { at: window.from, past: true },
    to: { at: window.to, past },
  })
}

function valuesOf(figures: readonly Figure[]): Map<MetricId, Figure['value']> {
  return new Map(
    figures.filter(({ id }) => changedIds.includes(id)).map(({ id, value }) => [id, value] as const),
  )
}

/** Urgency is no column: the bugs of the highest priority are candidates enough, since it weighs three quarters. */
async function findWorst(db: Db, { filter, window, asOf, past }: Scope): Promise<Bug[]> {
  const { data } = await findBugs(db, {
    filter: { ...filter, status: { values: openStatuses, none: false, negate: false } },
    sort: [{ field: 'priorityScore', descending: true }],
    limit: 10 * worstCount,
    now: asOf,
    before: past ? window.to : null,
  })
  return data.toSorted((a, b) => (b.urgency ?? 0) - (a.urgency ?? 0)).slice(0, worstCount)
}
