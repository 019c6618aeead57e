import * as Type from 'typebox'
import { memberRoles, organizationKinds, organizationPlans } from '../domain/delivery/organization.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

const Text = Nullable(Type.String())
const Moment = Nullable(Type.Unsafe<Date>(Time))
const Ids = { id: Id, importId: Nullable(Id) }
/** An id at the host, which can be greater than numbers in JSON. */
const ExternalId = Nullable(Type.String())

export const organizationShape = Type.Object({
  id: Id,
  slug: Type.String(),
  name: Type.String(),
  kind: OneOf(organizationKinds),
  plan: OneOf(organizationPlans),
  externalId: ExternalId,
  /** The name of the secret with the token for its repositories. */
  tokenSecret: Text,
  /** Repositories that are not gone. */
  repositories: Count,
  createdAt: Time,
  updatedAt: Time,
})

/** A user in an organization. */
export const memberShape = Type.Object({
  id: Id,
  organization: Type.String(),
  /** The address. */
  user: Type.String(),
  name: Type.String(),
  userId: Id,
  role: OneOf(memberRoles),
  joinedAt: Time,
  leftAt: Moment,
})

export const repositoryShape = Type.Object({
  ...Ids,
  organization: Type.String(),
  project: Text,
  host: Type.String(),
  externalId: ExternalId,
  fullName: Type.String(),
  previousNames: Type.Array(Type.String()),
  url: Text,
  defaultBranch: Text,
  language: Text,
  isPrivate: Type.Boolean(),
  isArchived: Type.Boolean(),
  sensitivity: OneOf(['public', 'internal', 'confidential', 'restricted']),
  deploySource: Nullable(OneOf(['deployment', 'workflow', 'release', 'tag', 'merge', 'manual'])),
  deployPattern: Text,
  environments: Type.Array(Type.String()),
  syncedFrom: Moment,
  syncedThrough: Moment,
  goneAt: Moment,
  createdAt: Time,
})

export const accountShape = Type.Object({
  ...Ids,
  /** The address of the user to whom it belongs. */
  user: Text,
  host: Type.String(),
  externalId: ExternalId,
  login: Text,
  email: Text,
  name: Text,
  isBot: Type.Boolean(),
  /** The login of the account to which an e-mail address belongs. */
  main: Text,
  createdAt: Time,
})

export const pullRequestShape = Type.Object({
  ...Ids,
  repository: Type.String(),
  number: Count,
  /** Null in confidential repositories. */
  title: Text,
  author: Text,
  mergedBy: Text,
  state: OneOf(['open', 'closed', 'merged']),
  isDraft: Type.Boolean(),
  baseBranch: Text,
  headBranch: Text,
  headSha: Text,
  mergeSha: Text,
  additions: Nullable(Count),
  deletions: Nullable(Count),
  changedFiles: Nullable(Count),
  labels: Type.Array(Type.String()),
  openedAt: Time,
  readyAt: Moment,
  firstCommitAt: Moment,
  firstResponseAt: Moment,
  firstReviewAt: Moment,
  approvedAt: Moment,
  mergedAt: Moment,
  closedAt: Moment,
  deployedAt: Moment,
  /** The number of the pull request that it reverts. */
  reverts: Nullable(Count),
  bug: Text,
  detail: OneOf(['partial', 'full']),
  url: Text,
})

export const issueShape = Type.Object({
  ...Ids,
  repository: Type.String(),
  number: Count,
  title: Text,
  state: OneOf(['open', 'closed']),
  stateReason: Text,
  author: Text,
  assignee: Text,
  labels: Type.Array(Type.String()),
  openedAt: Time,
  closedAt: Moment,
  firstResponseAt: Moment,
  goneAt: Moment,
  bug: Text,
  url: Text,
})

export const commitShape = Type.Object({
  ...Ids,
  repository: Type.String(),
  sha: Type.String(),
  author: Text,
  authoredAt: Moment,
  committedAt: Moment,
  subject: Text,
  additions: Nullable(Count),
  deletions: Nullable(Count),
  filesChanged: Nullable(Count),
  onDefaultBranch: Type.Boolean(),
  /** The number of its pull request. */
  pullRequest: Nullable(Count),
  revertsSha: Text,
})

export const deploymentShape = Type.Object({
  ...Ids,
  repository: Type.String(),
  source: OneOf(['deployment', 'workflow', 'release', 'tag', 'merge', 'manual']),
  externalId: Type.String(),
  environment: Type.String(),
  service: Text,
  sha: Text,
  ref: Text,
  status: OneOf(['pending', 'success', 'failure']),
  startedAt: Moment,
  finishedAt: Moment,
  isEmpty: Type.Boolean(),
  link: OneOf(['exact', 'inferred', 'unknown']),
  /** Pull requests that it shipped first. */
  pullRequests: Count,
  /** Commits of no pull request that it shipped first. */
  commits: Count,
  /** It was rolled back. */
  isRolledBack: Type.Boolean(),
  /** Numbers of the bugs that it brought. */
  bugs: Type.Array(Type.String()),
})

export type Organization = Type.Static<typeof organizationShape>
export type Member = Type.Static<typeof memberShape>
export type Repository = Type.Static<typeof repositoryShape>
export type Account = Type.Static<typeof accountShape>
export type PullRequest = Type.Static<typeof pullRequestShape>
export type Issue = Type.Static<typeof issueShape>
export type Commit = Type.Static<typeof commitShape>
export type Deployment = Type.Static<typeof deploymentShape>

/** What `accounts erase` deleted. */
export const erasureShape = Type.Object({
  accounts: Count,
  /** Events whose payload held one of them. */
  payloads: Count,
  /** Rows of logs in which a login, an address or a name was replaced. */
  logs: Count,
})

/** A moment that divides the life of a pull request. */
export const pullAnchorShape = Type.Object({
  anchor: OneOf([
    'first commit',
    'ready',
    'first response',
    'first review',
    'approved',
    'merged',
    'deployed',
  ]),
  at: Nullable(Time),
  /** Login of the person; of a deployment, its environment and service. Null where it is not known. */
  by: Nullable(Type.String()),
  /** Why there is none; null where there is one. */
  why: Nullable(Type.String()),
  /** The stage that ends then. */
  stage: Nullable(OneOf(['coding', 'pickup', 'review', 'merge', 'deploy'])),
  /** Of that stage; null where it is missing. */
  hours: Nullable(Type.Number()),
})

export type PullAnchor = Type.Static<typeof pullAnchorShape>
