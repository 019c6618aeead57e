import type { FindingSeverity } from '../domain/delivery/risk.js'
import type { DeliveryPerson, DeliveryRepository } from './delivery-places.js'

/* What happened in three repositories in two weeks. */

export interface PullStory {
  repository: DeliveryRepository
  title: string
  author: DeliveryPerson | 'bot'
  reviewer: DeliveryPerson | null
  /** Hours before midnight. */
  opened: number
  /** Hours from the first commit to opening, from there to the review, from there to the merge. */
  coding: number
  pickup: number
  /** Null: it is open still. */
  review: number | null
  additions: number
  deletions: number
  /** Open findings of an AI review; absent: it had none. */
  findings?: Partial<Record<FindingSeverity, number>>
}

/** By the order in which they were opened. */
export const pullStories: readonly PullStory[] = [
  {
    repository: 'platform',
    title: 'Queue deliveries',
    author: 'bob',
    reviewer: 'alice',
    opened: 318,
    coding: 20,
    pickup: 4,
    review: 10,
    additions: 310,
    deletions: 40,
    findings: { high: 1, low: 3 },
  },
  {
    repository: 'app',
    title: 'Sign in by link',
    author: 'charlie',
    reviewer: 'bob',
    opened: 300,
    coding: 30,
    pickup: 12,
    review: 20,
    additions: 420,
    deletions: 12,
    findings: { critical: 1 },
  },
  {
    repository: 'platform',
    title: 'Retry failed deliveries',
    author: 'bob',
    reviewer: 'alice',
    opened: 270,
    coding: 9,
    pickup: 3,
    review: 5,
    additions: 96,
    deletions: 18,
  },
  {
    repository: 'notes',
    title: 'Sort notes by date',
    author: 'charlie',
    reviewer: null,
    opened: 250,
    coding: 1,
    pickup: 0,
    review: 1,
    additions: 24,
    deletions: 6,
  },
  {
    repository: 'platform',
    title: 'Update dependencies',
    author: 'bot',
    reviewer: 'bob',
    opened: 222,
    coding: 0,
    pickup: 20,
    review: 1,
    additions: 15,
    deletions: 15,
    findings: {},
  },
  {
    repository: 'app',
    title: 'Show the invoice',
    author: 'bob',
    reviewer: 'charlie',
    opened: 200,
    coding: 16,
    pickup: 6,
    review: 18,
    additions: 180,
    deletions: 90,
  },
  {
    repository: 'platform',
    title: 'Trace slow requests',
    author: 'alice',
    reviewer: 'bob',
    opened: 150,
    coding: 6,
    pickup: 2,
    review: 6,
    additions: 70,
    deletions: 5,
    findings: { medium: 2, info: 4 },
  },
  {
    repository: 'app',
    title: 'Export as CSV',
    author: 'charlie',
    reviewer: 'bob',
    opened: 100,
    coding: 26,
    pickup: 22,
    review: 30,
    additions: 260,
    deletions: 31,
  },
  {
    repository: 'platform',
    title: 'Limit the size of bodies',
    author: 'bob',
    reviewer: 'alice',
    opened: 45,
    coding: 5,
    pickup: 3,
    review: 4,
    additions: 44,
    deletions: 9,
    findings: { low: 1 },
  },
  {
    repository: 'platform',
    title: 'Rotate keys',
    author: 'alice',
    reviewer: 'bob',
    opened: 30,
    coding: 12,
    pickup: 8,
    review: null,
    additions: 130,
    deletions: 22,
  },
  {
    repository: 'app',
    title: 'Translate the start page',
    author: 'charlie',
    reviewer: null,
    opened: 20,
    coding: 3,
    pickup: 0,
    review: null,
    additions: 58,
    deletions: 50,
  },
]

interface DeploymentStory {
  repository: DeliveryRepository
  /** Hours before midnight. */
  finished: number
  /** The pull request that it shipped last, by its place in the list; null: the first commit. */
  ships: number | null
  status: 'success' | 'failure'
}

/** In production. */
export const deploymentStories: readonly DeploymentStory[] = [
  { repository: 'platform', finished: 330, ships: null, status: 'success' },
  { repository: 'app', finished: 330, ships: null, status: 'success' },
  { repository: 'platform', finished: 290, ships: 0, status: 'success' },
  { repository: 'platform', finished: 255, ships: 2, status: 'success' },
  { repository: 'app', finished: 240, ships: 1, status: 'success' },
  { repository: 'platform', finished: 190, ships: 4, status: 'success' },
  { repository: 'platform', finished: 130, ships: 6, status: 'failure' },
  { repository: 'platform', finished: 128, ships: 6, status: 'success' },
  { repository: 'app', finished: 120, ships: 5, status: 'success' },
  { repository: 'app', finished: 30, ships: 7, status: 'success' },
  { repository: 'platform', finished: 26, ships: 8, status: 'success' },
]

interface IssueStory {
  repository: DeliveryRepository
  title: string
  author: DeliveryPerson
  opened: number
  /** Hours until another person answered, and until it was closed. */
  answered: number | null
  closed: number | null
}

export const issueStories: readonly IssueStory[] = [
  {
    repository: 'platform',
    title: 'Deliveries arrive twice',
    author: 'alice',
    opened: 320,
    answered: 2,
    closed: 60,
  },
  {
    repository: 'app',
    title: 'The link expires too early',
    author: 'bob',
    opened: 210,
    answered: 26,
    closed: 100,
  },
  {
    repository: 'notes',
    title: 'Search ignores titles',
    author: 'bob',
    opened: 140,
    answered: null,
    closed: null,
  },
  {
    repository: 'platform',
    title: 'Logs lack the request id',
    author: 'bob',
    opened: 90,
    answered: 5,
    closed: null,
  },
  {
    repository: 'app',
    title: 'Totals are rounded twice',
    author: 'charlie',
    opened: 40,
    answered: 8,
    closed: 24,
  },
]
