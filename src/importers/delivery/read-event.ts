import { idKey, type AccountKey, type RepositoryKey } from '../../domain/delivery/fact-key.js'
import { report, together } from '../../domain/delivery/seen.js'
import { accountKeyOf, ghost, isBotName } from './commit-person.js'
import {
  readDeployment,
  readDeploymentStatus,
  readRelease,
  readTag,
  readWorkflowRun,
} from './read-deployment.js'
import { readComment, readIssue } from './read-issue.js'
import { readPullRequest, readReview, readReviewComment } from './read-pull-request.js'
import { readPush } from './read-push.js'
import { countAt, flagAt, momentAt, objectAt, textAt, type Payload } from './payload.js'
import type { ReadContext, SourceEvent } from './source-event.js'
import type { Reports } from '../../domain/delivery/reports.js'

export interface ReadEvent {
  repository: RepositoryKey | null
  actor: AccountKey | null
  owner: string | null
  /** Whether facts other than the repository and the actor follow from it. */
  isDerived: boolean
}

/** By the name of the event, which can be any text. */
const readers = new Map<string, (ctx: ReadContext) => boolean>(
  Object.entries({
    pull_request: readPullRequest,
    pull_request_review: readReview,
    pull_request_review_comment: readReviewComment,
    issues: readIssue,
    issue_comment: readComment,
    push: readPush,
    deployment: readDeployment,
    deployment_status: readDeploymentStatus,
    release: readRelease,
    create: readTag,
    workflow_run: readWorkflowRun,
  }),
)

/** Reports the facts of an event. */
export function readEvent(event: SourceEvent, reports: Reports): ReadEvent {
  const { payload, about, occurredAt } = event
  const found = about?.repository ?? objectAt(payload, 'repository')
  const owner = reportOwner(event, found, reports)
  const host = hostOf(found)
  const actor = reportAccount(about?.actor ?? objectAt(payload, 'sender'), { host, at: occurredAt, reports })
  const repository = found === undefined ? null : keyOf(found)
  if (found === undefined || repository === null) return { repository: null, actor, owner, isDerived: false }
  reports.repository(repository, repositorySeen(event, found, owner))
  const ctx = contextOf(event, { found, repository, reports })
  return { repository, actor, owner, isDerived: readers.get(event.name)?.(ctx) ?? false }
}

/** Reports a repository that GitHub's API describes. Returns its key; null for one without id or name. */
export function readRepository(event: SourceEvent, found: Payload, reports: Reports): RepositoryKey | null {
  const repository = keyOf(found)
  if (repository !== null)
    reports.repository(repository, repositorySeen(event, found, reportOwner(event, found, reports)))
  return repository
}

/** What the readers of the payload of an event get. */
export function contextOf(
  event: SourceEvent,
  { found, repository, reports }: { found: Payload; repository: RepositoryKey; reports: Reports },
): ReadContext {
  const reporting = { host: hostOf(found), at: event.occurredAt, reports }
  return {
    event,
    host: reporting.host,
    repository,
    defaultBranch: textAt(found, 'default_branch') ?? null,
    reports,
    account: (user) => reportAccount(user, reporting),
    person: (person) => reportPerson(person, reporting),
  }
}

function keyOf(found: Payload): RepositoryKey | null {
  const id = countAt(found, 'id')
  return id === undefined || fullNameOf(found) === undefined ? null : idKey(hostOf(found), id)
}

function hostOf(repository: Payload | undefined): string {
  const url = textAt(repository, 'html_url')
  try {
    return url ? new URL(url).host.toLowerCase() : 'github.com'
  } catch {
    return 'github.com'
  }
}

interface ReportAccount {
  host: string
  at: Date
  reports: Reports
}

function reportAccount(
  user: Payload | null | undefined,
  { host, at, reports }: ReportAccount,
): AccountKey | null {
  const id = countAt(user, 'id')
  const login = textAt(user, 'login')
  if (!user || id === undefined || !login || id === ghost) return null
  const key = idKey(host, id)
  const type = textAt(user, 'type')
  reports.account(key, report({ login }, { rank: 1, at }))
  // Archives do not tell the type of an actor.
  if (type || isBotName(login))
    reports.account(key, report({ isBot: type === 'Bot' || isBotName(login) }, { rank: 1, at }))
  const name = textAt(user, 'name')
  if (name) reports.account(key, report({ name }, { rank: 1, at }))
  return key
}

function reportPerson(person: Payload | undefined, reporting: ReportAccount): AccountKey | null {
  const email = textAt(person, 'email')
  if (!email) return null
  const name = textAt(person, 'name') ?? null
  return accountKeyOf({ email, name, username: textAt(person, 'username') ?? undefined }, reporting)
}

/** The owner of the repository, or the organization of an event without one. */
function reportOwner(event: SourceEvent, repository: Payload | undefined, reports: Reports): string | null {
  const organization = event.about?.organization ?? objectAt(event.payload, 'organization')
  const fullName = fullNameOf(repository)
  const name = fullName?.split('/')[0] ?? textAt(organization, 'login')
  if (!name) return null
  const slug = name.toLowerCase()
  const isOwner = textAt(organization, 'login')?.toLowerCase() === slug
  const isCompany = isOwner || textAt(objectAt(repository, 'owner'), 'type') === 'Organization'
  const externalId = isOwner ? (countAt(organization, 'id') ?? null) : null
  reports.owner({ slug, name, externalId, isCompany })
  return slug
}

function fullNameOf(repository: Payload | undefined): string | undefined {
  const name = textAt(repository, 'full_name') ?? textAt(repository, 'name')
  return name?.includes('/') ? name : undefined
}

function repositorySeen(
  { source, about, occurredAt: at }: SourceEvent,
  found: Payload,
  owner: string | null,
) {
  const fullName = fullNameOf(found)
  const isPrivate = about ? !about.isPublic : flagAt(found, 'private')
  const level = isPrivate === undefined ? 'restricted' : isPrivate ? 'internal' : 'public'
  const core = report({ fullName, organizationId: owner ?? undefined }, { rank: 1, at })
  const details = report(
    {
      url: source === 'archive' && fullName ? `https://github.com/${fullName}` : textAt(found, 'html_url'),
      defaultBranch: textAt(found, 'default_branch'),
      language: textAt(found, 'language'),
      isPrivate,
      isArchived: flagAt(found, 'archived'),
      sourceUpdatedAt: momentAt(found, 'updated_at'),
    },
    { rank: source === 'archive' ? 0 : 1, at },
  )
  const sensitivity = report({ sensitivity: level }, { rank: isPrivate === undefined ? 0 : 1, at })
  return together([core, details, sensitivity])
}
