import type { DeliverySample } from '../metrics/metric.js'

/** The filters of delivery metrics, in the order of help. Dates are the window's. */
export const deliveryFilterNames = [
  'org',
  'repo',
  'project',
  'author',
  'label',
  'base',
  'environment',
  'service',
  'bots',
] as const

export type DeliveryFilterName = (typeof deliveryFilterNames)[number]

/** `exclude` leaves out what bots wrote, `only` keeps nothing else. */
export const botChoices = ['exclude', 'include', 'only'] as const

export type BotChoice = (typeof botChoices)[number]

const place = ['org', 'repo', 'project'] as const
const pulls = [...place, 'author', 'label', 'base', 'bots'] as const
const issues = [...place, 'author', 'label', 'bots'] as const

/** The filters that have a meaning for the rows of each sample; a deployment has no author. */
export const filtersOfSample: Readonly<Record<DeliverySample, readonly DeliveryFilterName[]>> = {
  deployments: [...place, 'environment', 'service'],
  recoveries: [...place, 'environment', 'service'],
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
