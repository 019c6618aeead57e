import type { DeliverySample } from '../metrics/metric.js'

/** The filters of delivery metrics and of lists of facts, in the order of help. */
export const deliveryFilterNames = [
  'org',
  'repo',
  'project',
  'author',
  'label',
  'base',
  'state',
  'environment',
  'service',
  'opened',
  'merged',
  'bots',
] as const

export type DeliveryFilterName = (typeof deliveryFilterNames)[number]

/** The filters that take a period, by when a pull request or an issue was opened, or a pull request merged. */
const periodFilterNames = ['opened', 'merged'] as const

/** The filters that take a list of values. */
export type ListFilterName = Exclude<DeliveryFilterName, (typeof periodFilterNames)[number] | 'bots'>

const otherFilterNames: readonly string[] = [...periodFilterNames, 'bots']

export function isListFilter(name: DeliveryFilterName): name is ListFilterName {
  return !otherFilterNames.includes(name)
}

export const pullStates = ['open', 'closed', 'merged'] as const

/** `exclude` leaves out what bots wrote, `only` keeps nothing else. */
export const botChoices = ['exclude', 'include', 'only'] as const

export type BotChoice = (typeof botChoices)[number]

const place = ['org', 'repo', 'project'] as const
const pulls = [...place, 'author', 'label', 'base', 'state', 'opened', 'merged', 'bots'] as const
const issues = [...place, 'author', 'label', 'opened', 'bots'] as const

/** The filters that have a meaning for the rows of each sample: a deployment has no author, and a state is of pull requests. */
export const filtersOfSample: Readonly<Record<DeliverySample, readonly DeliveryFilterName[]>> = {
  deployments: [...place, 'environment', 'service'],
  recoveries: [...place, 'environment', 'service'],
  suspectedFailures: [...place, 'environment', 'service'],
  shippedChanges: deliveryFilterNames,
  mergedPulls: pulls,
  openedPulls: pulls,
  closedPulls: pulls,
  openPulls: pulls,
  assessedPulls: pulls,
  reviews: pulls,
  reviewers: pulls,
  commits: [...place, 'author', 'bots'],
  openedIssues: issues,
  closedIssues: issues,
}
