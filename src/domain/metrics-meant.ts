import { metricIds, type MetricId } from './metric.js'
import { nearestChoice } from './nearest-choice.js'

/** What other tools and books call our metrics. Of two names in one word the longer counts. */
const otherNames: Readonly<Record<string, readonly MetricId[]>> = {
  mttr: ['resolution.mean', 'dora.recovery.p50'],
  ttr: ['resolution.p50', 'dora.recovery.p50'],
  time_to_resolve: ['resolution.p50'],
  time_to_resolution: ['resolution.p50'],
  time_to_close: ['resolution.p50'],
  time_to_fix: ['resolution.p50'],
  resolution_time: ['resolution.p50'],
  mtta: ['first_response.p50'],
  response_time: ['first_response.p50', 'pr.first_response.p50'],
  time_to_restore: ['dora.recovery.p50'],
  time_to_recover: ['dora.recovery.p50'],
  time_to_recovery: ['dora.recovery.p50'],
  recovery_time: ['dora.recovery.p50'],
  lead_time: ['dora.lead.p50'],
  deployment_frequency: ['dora.frequency'],
  deploy_frequency: ['dora.frequency'],
  change_failure_rate: ['dora.fail_rate'],
  failure_rate: ['dora.fail_rate'],
  cfr: ['dora.fail_rate'],
  cycle_time: ['pr.cycle.p50'],
  coding_time: ['pr.coding.p50'],
  pickup_time: ['pr.pickup.p50'],
  review_time: ['pr.review.p50'],
  merge_time: ['pr.merge.p50'],
  throughput: ['flow.resolved'],
  velocity: ['flow.resolved'],
  inflow: ['flow.created'],
  wip: ['open.total'],
  sla: ['sla.compliance', 'sla.breached'],
}

/**
 * The metrics that an unknown name may mean, for "did you mean": by another name, by a slip, or by what follows its first
 * dot, as in `bugs.critical`. Where one is of the group that the name begins with, only those.
 */
export function metricsMeant(name: string): readonly MetricId[] {
  const id = name.trim().toLowerCase()
  const [group = '', ...rest] = id.split('.')
  const words = `_${id.split(/[^a-z0-9]+/).join('_')}_`
  const known = Object.keys(otherNames)
    .filter((other) => words.includes(`_${other}_`))
    .sort((a, b) => b.length - a.length)[0]
  if (known === undefined) {
    const choice = nearestChoice(id, metricIds) ?? nearestChoice(rest.join('.'), metricIds)
    return metricIds.filter((each) => each === choice)
  }
  const meant = otherNames[known] ?? []
  const ofGroup = meant.filter((each) => each.startsWith(`${group}.`))
  return ofGroup.length > 0 ? ofGroup : meant
}

/** `did you mean "a" or "b"?`; undefined where no metric is meant. */
export function didYouMeanMetric(name: string): string | undefined {
  const meant = metricsMeant(name).map((id) => `"${id}"`)
  return meant.length === 0 ? undefined : `did you mean ${meant.join(' or ')}?`
}
