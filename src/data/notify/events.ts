import type { EventFilterName, EventFilters, EventName } from '../../domain/delivery/condition.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** Something that happened, and the groups to which it belongs. */
export interface HappenedEvent {
  /** Names the event: the row, and what happened to it. */
  key: string
  at: Date
  text: string
  url: string | null
  project: string | null
  repository: string | null
  organization: string | null
  author: string | null
}

interface EventSource {
  /** The table as `t`; `r` is its repository, `p` the project, `a` the author. */
  from: Prisma.Sql
  at: Prisma.Sql
  text: Prisma.Sql
  url: Prisma.Sql
  where: Prisma.Sql
  labels?: Prisma.Sql
}

const bugs = Prisma.sql`
  bugs t
  LEFT JOIN projects p ON p.id = t.project_id
  LEFT JOIN users a ON a.id = t.created_by_id
  LEFT JOIN repositories r ON false
  LEFT JOIN organizations o ON false`
const inRepositories = (table: string, author: string) => Prisma.sql`
  ${Prisma.raw(table)} t
  JOIN repositories r ON r.id = t.repository_id
  JOIN organizations o ON o.id = r.organization_id
  LEFT JOIN projects p ON p.id = r.project_id
  LEFT JOIN accounts a ON a.id = ${Prisma.raw(author)}`
const pullRequests = inRepositories('pull_requests', 't.author_id')
const issues = inRepositories('issues', 't.author_id')
const deployments = inRepositories('deployments', 'NULL::uuid')
const reviews = inRepositories('ai_reviews', 'NULL::uuid')

const anything = Prisma.sql`true`
const numbered = Prisma.sql`'#' || t.number || coalesce(' ' || t.title, '')`
const bug = {
  from: bugs,
  text: Prisma.sql`t.bug_number || ' ' || t.title`,
  url: Prisma.sql`t.external_url`,
  labels: Prisma.sql`t.labels`,
}
const pullRequest = {
  from: pullRequests,
  text: numbered,
  url: Prisma.sql`t.url`,
  labels: Prisma.sql`t.labels`,
}
const issue = { ...pullRequest, from: issues }
const deployment = {
  from: deployments,
  at: Prisma.sql`t.finished_at`,
  text: Prisma.sql`t.environment || coalesce(' ' || t.ref, '')`,
  url: Prisma.sql`NULL::text`,
}

const sources: Readonly<Record<EventName, EventSource>> = {
  'bug.created': { ...bug, at: Prisma.sql`t.created_at`, where: anything },
  'bug.resolved': { ...bug, at: Prisma.sql`t.resolved_at`, where: anything },
  'pull_request.opened': {
    ...pullRequest,
    at: Prisma.sql`t.opened_at`,
    where: Prisma.sql`t.detail = 'full'`,
  },
  'pull_request.merged': { ...pullRequest, at: Prisma.sql`t.merged_at`, where: anything },
  'pull_request.closed': {
    ...pullRequest,
    at: Prisma.sql`t.closed_at`,
    where: Prisma.sql`t.state = 'closed'`,
  },
  'issue.opened': { ...issue, at: Prisma.sql`t.opened_at`, where: anything },
  'issue.closed': { ...issue, at: Prisma.sql`t.closed_at`, where: anything },
  'deployment.success': { ...deployment, where: Prisma.sql`t.status = 'success'` },
  'deployment.failure': { ...deployment, where: Prisma.sql`t.status = 'failure'` },
  'review.ingested': {
    from: reviews,
    at: Prisma.sql`t.created_at`,
    text: Prisma.sql`t.tool || ' risk ' || coalesce(t.risk_score::text, 'unknown')`,
    url: Prisma.sql`NULL::text`,
    where: anything,
  },
}

interface FindEvents {
  event: EventName
  filters: EventFilters
  /** Earlier events are too old to report. */
  since: Date
  until: Date
  /** What was stored and happened before is not reported: a first import is silent. */
  madeAfter: Date
  /** The keys of those that were reported. */
  known: readonly string[]
}

/** Most events of one message; the next run reports the others. */
const mostEvents = 500

/** The events of a day that are not known yet, the oldest first. */
export async function findEvents(
  db: Db,
  { event, filters, since, until, madeAfter, known }: FindEvents,
): Promise<HappenedEvent[]> {
  const { from, at, text, url, where, labels } = sources[event]
  const conditions = Object.entries(filters).map(([name, value]) =>
    conditionOf(name as EventFilterName, value, labels ?? Prisma.sql`'{}'::text[]`),
  )
  const isBug = event.startsWith('bug.')
  const key = Prisma.sql`${`${event}:`}::text || t.id || ':' || extract(epoch FROM ${at})::bigint`
  return db.$queryRaw<HappenedEvent[]>`
    SELECT ${key} AS key, ${at} AS at,
      ${text} AS text, ${url} AS url, p.name AS project, r.full_name AS repository, o.slug AS organization,
      ${isBug ? Prisma.sql`a.email` : Prisma.sql`coalesce(a.login, a.name)`} AS author
    FROM ${from}
    WHERE ${at} > ${since}::timestamptz AND ${at} <= ${until}::timestamptz
      AND (t.created_at > ${madeAfter}::timestamptz OR ${at} > ${madeAfter}::timestamptz)
      AND ${key} NOT IN (SELECT unnest(${[...known]}::text[]))
      AND ${where} AND ${Prisma.join([anything, ...conditions], ' AND ')}
    ORDER BY ${at}, t.id
    LIMIT ${mostEvents}`
}

function conditionOf(name: EventFilterName, value: string, labels: Prisma.Sql): Prisma.Sql {
  switch (name) {
    case 'severity':
      return Prisma.sql`t.severity::text = ANY(string_to_array(lower(${value}), ','))`
    case 'label':
      return Prisma.sql`lower(${value}) = ANY(ARRAY(SELECT lower(label) FROM unnest(${labels}) label))`
    case 'project':
      return Prisma.sql`lower(p.name) = lower(${value})`
    case 'repo':
      return Prisma.sql`lower(${value}) IN (lower(r.full_name), lower(split_part(r.full_name, '/', 2)))`
    case 'environment':
      return Prisma.sql`lower(t.environment) = lower(${value})`
    case 'risk':
      return Prisma.sql`t.risk_score >= ${Number(value)}`
  }
}
