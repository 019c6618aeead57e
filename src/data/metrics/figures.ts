import { metricOf, unitIn, type Figure, type MetricId, type SampleName } from '../../domain/metric.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { currencySetting } from '../settings/settings.js'
import { aggregateOf } from './aggregates.js'
import { knownValue } from './sample-sources.js'
import { closedIssuesSample, commitsSample, openedIssuesSample } from './samples/activity.js'
import {
  deploymentsSample,
  recoveriesSample,
  shippedChangesSample,
  suspectedFailuresSample,
} from './samples/deployments.js'
import { effortSample, estimateSample } from './samples/effort.js'
import { firstResponseSample } from './samples/first-response.js'
import { flowSample, reopeningSample, verificationSample } from './samples/flow.js'
import { backlogSample, openSample, workloadSample } from './samples/open.js'
import { projectHealthSample } from './samples/project-health.js'
import { projectStatusSample, projectsSample } from './samples/projects.js'
import {
  assessedPullsSample,
  closedPullsSample,
  mergedPullsSample,
  openedPullsSample,
  openPullsSample,
  reviewersSample,
  reviewsSample,
} from './samples/pulls.js'
import { resolvedSample, survivalSample } from './samples/resolution.js'
import { sessionSample } from './samples/sessions.js'
import { slaVerdictSample } from './samples/sla-verdict.js'
import type { Scope } from './scope.js'

export interface GetFigures {
  ids: readonly MetricId[]
  scope: Scope
}

/**
 * Figures in the order of the ids, in one round trip. For a past moment, which replays history, in one per sample, since
 * nothing can interrupt an embedded database during a statement.
 */
export async function getFigures(db: Db, { ids, scope }: GetFigures): Promise<Figure[]> {
  // A report on repositories alone, in a database that has none.
  if (ids.length === 0) return []
  const figures = new Map<MetricId, Figure>()
  for (const some of scope.past ? bySample(ids) : [ids]) {
    for (const figure of await readFigures(db, { ids: some, scope })) figures.set(figure.id, figure)
  }
  return ids.map((id) => figures.get(id)).filter((figure) => figure !== undefined)
}

/** Groups ids by sample; survival uses the resolutions, so both are one group. */
function bySample(ids: readonly MetricId[]): MetricId[][] {
  const groups = new Map<SampleName, MetricId[]>()
  for (const id of ids) {
    const { sample } = metricOf(id)
    const name = sample === 'survival' ? 'resolution' : sample
    groups.set(name, [...(groups.get(name) ?? []), id])
  }
  return [...groups.values()]
}

async function readFigures(db: Db, { ids, scope }: GetFigures): Promise<Figure[]> {
  const [row] = await db.$queryRaw<
    { figures: Record<string, Pick<Figure, 'value' | 'n'>>; currency: string }[]
  >`${figuresQuery({ ids, scope })}`
  if (!row) throw new Error('an aggregate without a row')
  const { currency, figures } = row
  return ids.map((id) => {
    const { unit, over } = metricOf(id)
    const { value, n } = figures[id] ?? { value: null, n: 0 }
    return {
      id,
      value,
      n,
      unit: unitIn(currency, unit),
      asOf: scope.asOf,
      window: over === 'window' ? scope.window : null,
    }
  })
}

/** The statement of figures: one sample each, and the aggregates of its columns. */
export function figuresQuery({ ids, scope }: GetFigures): Prisma.Sql {
  const names = [...new Set(ids.map((id) => metricOf(id).sample))]
  const twice = names.includes('resolution') && names.includes('survival')
  const resolved = twice ? Prisma.sql`SELECT id, hours FROM resolved` : resolvedSample(scope)
  const parts = names.map((name) => {
    const figures = ids.filter((id) => metricOf(id).sample === name).map((id) => figureOf(id, scope))
    return Prisma.sql`(
      SELECT jsonb_build_object(${Prisma.join(figures, ', ')})
      FROM (${samples[name](scope, resolved)}) s)`
  })
  const select = Prisma.sql`SELECT ${Prisma.join(parts, ' || ')} AS figures, ${currencySetting} AS currency`
  return twice ? Prisma.sql`WITH resolved AS MATERIALIZED (${resolvedSample(scope)}) ${select}` : select
}

/** The rows of a sample: id, and the measured columns. */
export function sampleQuery(name: SampleName, scope: Scope): Prisma.Sql {
  return samples[name](scope, resolvedSample(scope))
}

/** Two samples use the resolved bugs, which are searched once if both are needed. */
const samples: Record<SampleName, (scope: Scope, resolved: Prisma.Sql) => Prisma.Sql> = {
  open: openSample,
  backlog: backlogSample,
  workload: workloadSample,
  resolution: (_scope, resolved) => resolved,
  survival: survivalSample,
  firstResponse: firstResponseSample,
  slaVerdict: slaVerdictSample,
  flow: flowSample,
  reopening: reopeningSample,
  verification: verificationSample,
  estimate: estimateSample,
  effort: effortSample,
  projects: projectsSample,
  projectStatus: projectStatusSample,
  projectHealth: projectHealthSample,
  deployments: deploymentsSample,
  shippedChanges: shippedChangesSample,
  recoveries: recoveriesSample,
  suspectedFailures: suspectedFailuresSample,
  mergedPulls: mergedPullsSample,
  openedPulls: openedPullsSample,
  closedPulls: closedPullsSample,
  openPulls: openPullsSample,
  reviews: reviewsSample,
  reviewers: reviewersSample,
  commits: commitsSample,
  openedIssues: openedIssuesSample,
  closedIssues: closedIssuesSample,
  assessedPulls: assessedPullsSample,
  sessions: (scope) => sessionSample('sessions', scope),
  activeHours: (scope) => sessionSample('activeHours', scope),
  sessionPeople: (scope) => sessionSample('sessionPeople', scope),
  toolSums: (scope) => sessionSample('toolSums', scope),
  toolCalls: (scope) => sessionSample('toolCalls', scope),
}

/** `'tools.calls', {value, n}` of the rows `s` of its sample, for an object of figures. */
export function figureOf(id: MetricId, scope: Scope): Prisma.Sql {
  const metric = metricOf(id)
  const { value, n } = aggregateOf(metric)
  const figure = Prisma.sql`'value', ${knownValue(metric, { value, scope })}, 'n', ${n}`
  return Prisma.sql`${Prisma.raw(`'${id}'`)}, jsonb_build_object(${figure})`
}
