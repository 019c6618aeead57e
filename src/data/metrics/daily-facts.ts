import type { DeliverySample } from '../../domain/metric.js'
import type { Period } from '../../domain/period.js'
import { Prisma } from '../../engine/sql.js'
import { authorIsBot, authorPerson, joinAuthor } from '../delivery/delivery-filter.js'
import { sampleQuery } from './figures.js'
import { commitsOfWindow } from './samples/activity.js'
import type { Scope } from './scope.js'

const nothing = Prisma.sql`NULL::double precision`

/** One row per fact of the window: by whom, where, on which day, and what was measured. The samples choose the facts. */
export function dailyFacts(window: Period): Prisma.Sql {
  const scope: Scope = { filter: {}, delivery: {}, zone: 'UTC', window, asOf: window.to, past: true }
  interface FactSource {
    what: string
    sample: DeliverySample
    table: string
    at: string
    /** The repository, where the table has none. */
    repository?: Prisma.Sql
    author?: boolean
    failed?: Prisma.Sql
    cycle?: Prisma.Sql
    pickup?: Prisma.Sql
  }
  const rowsOf = ({
    what,
    sample,
    table,
    at,
    repository,
    author = true,
    failed,
    cycle,
    pickup,
  }: FactSource) => Prisma.sql`
    SELECT
      ${Prisma.raw(`'${what}'`)} AS what, r.id AS repository_id, r.organization_id, coalesce(m.id, a.id) AS account_id,
      ${authorPerson} AS person, (fact.${Prisma.raw(at)} AT TIME ZONE 'UTC')::date AS day,
      NULL::int AS additions, NULL::int AS deletions, false AS is_first,
      ${failed ?? Prisma.sql`NULL::boolean`} AS failed, ${cycle ?? nothing} AS cycle, ${pickup ?? nothing} AS pickup,
      ${nothing} AS lead
    FROM (${sampleQuery(sample, scope)}) s
    JOIN ${Prisma.raw(table)} fact ON fact.id = s.id
    JOIN repositories r ON r.id = ${repository ?? Prisma.sql`fact.repository_id`}
    ${joinAuthor(author ? Prisma.sql`fact.author_id` : Prisma.sql`NULL::uuid`)}`
  const pulls = { table: 'pull_requests' }
  const sources: FactSource[] = [
    { what: 'opened', sample: 'openedPulls', at: 'opened_at', ...pulls },
    {
      ...{ what: 'merged', sample: 'mergedPulls', at: 'merged_at', ...pulls },
      cycle: Prisma.sql`s.cycle`,
      pickup: Prisma.sql`s.pickup`,
    },
    { what: 'closed', sample: 'closedPulls', at: 'closed_at', ...pulls },
    {
      ...{ what: 'review', sample: 'reviews', table: 'pull_request_reviews', at: 'submitted_at' },
      repository: Prisma.sql`(SELECT p.repository_id FROM pull_requests p WHERE p.id = fact.pull_request_id)`,
    },
    { what: 'issue opened', sample: 'openedIssues', table: 'issues', at: 'opened_at' },
    { what: 'issue closed', sample: 'closedIssues', table: 'issues', at: 'closed_at' },
    {
      ...{
        what: 'deployment',
        sample: 'deployments',
        table: 'deployments',
        at: 'finished_at',
        author: false,
      },
      failed: Prisma.sql`s.failed`,
    },
  ]
  return Prisma.sql`
    SELECT
      'commit' AS what, r.id AS repository_id, r.organization_id, coalesce(m.id, a.id) AS account_id, s.person,
      (fact.committed_at AT TIME ZONE 'UTC')::date AS day, fact.additions, fact.deletions,
      row_number() OVER (PARTITION BY r.organization_id, fact.sha ORDER BY s.lines IS NULL, s.id) = 1 AS is_first,
      NULL::boolean AS failed, ${nothing} AS cycle, ${nothing} AS pickup, ${nothing} AS lead
    FROM (${commitsOfWindow(scope)}) s
    JOIN commits fact ON fact.id = s.id
    JOIN repositories r ON r.id = fact.repository_id
    ${joinAuthor(Prisma.sql`fact.author_id`)}
    UNION ALL
    ${Prisma.join(sources.map(rowsOf), ' UNION ALL ')}
    UNION ALL
    SELECT
      'shipped', r.id, r.organization_id, NULL, NULL, (d.finished_at AT TIME ZONE 'UTC')::date, NULL, NULL, false, NULL,
      NULL, NULL, s.lead
    FROM (${sampleQuery('shippedChanges', scope)}) s
    LEFT JOIN pull_requests p ON p.id = s.id
    LEFT JOIN commits c ON c.id = s.id
    JOIN deployments d ON d.id = coalesce(p.deployment_id, c.deployment_id)
    JOIN repositories r ON r.id = d.repository_id`
}

/** Of each repository and day: the pull requests and issues by humans that were open at its end. */
export function standingByDay({ from, to }: Period): Prisma.Sql {
  const dayOf = (moment: Prisma.Sql) => Prisma.sql`
    (greatest(${moment}, ${from}::timestamptz) AT TIME ZONE 'UTC')::date`
  const closedPull = Prisma.sql`coalesce(x.merged_at, x.closed_at)`
  const changes = (table: string, end: Prisma.Sql, prs: number) => {
    const step = (sign: 1 | -1) => Prisma.raw(`${sign * prs} AS prs, ${sign * (1 - prs)} AS issues`)
    const humans = Prisma.sql`
      FROM ${Prisma.raw(table)} x
      ${joinAuthor(Prisma.sql`x.author_id`)}
      WHERE NOT ${authorIsBot} AND (x.state = 'open' OR ${end} IS NOT NULL) AND x.opened_at < ${to}
        ${Prisma.raw(prs === 1 ? '' : 'AND x.gone_at IS NULL')}`
    return Prisma.sql`
      SELECT x.repository_id, ${dayOf(Prisma.sql`x.opened_at`)} AS day, ${step(1)} ${humans}
      UNION ALL
      SELECT x.repository_id, ${dayOf(end)}, ${step(-1)} ${humans} AND x.state <> 'open' AND ${end} < ${to}`
  }
  return Prisma.sql`
    SELECT
      change.repository_id, r.organization_id, change.day,
      sum(sum(change.prs)) OVER (PARTITION BY change.repository_id ORDER BY change.day) AS prs_open,
      sum(sum(change.issues)) OVER (PARTITION BY change.repository_id ORDER BY change.day) AS issues_open
    FROM (
      ${changes('pull_requests', closedPull, 1)}
      UNION ALL
      ${changes('issues', Prisma.sql`x.closed_at`, 0)}
      UNION ALL
      SELECT r.id, day::date, 0, 0
      FROM repositories r
      CROSS JOIN generate_series(
        ${from}::timestamptz AT TIME ZONE 'UTC', (${to}::timestamptz AT TIME ZONE 'UTC') - interval '1 day', interval '1 day'
      ) AS day
    ) change
    JOIN repositories r ON r.id = change.repository_id
    GROUP BY change.repository_id, r.organization_id, change.day`
}
