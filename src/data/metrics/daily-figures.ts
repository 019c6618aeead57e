import type { Period } from '../../domain/period.js'
import { Prisma } from '../../engine/sql.js'
import { authorIsBot, authorPerson, joinAuthor } from '../delivery/delivery-filter.js'
import { sampleQuery } from './figures.js'
import { commitsOfWindow } from './samples/activity.js'
import type { DeliverySample } from '../../domain/metric.js'
import type { Scope } from './scope.js'

/** Whose days are stored, each kind in a table of its own. */
export const dailyKinds = ['repositories', 'organizations', 'developers'] as const

export type DailyKind = (typeof dailyKinds)[number]

interface DailyTable {
  table: string
  /** The columns that, with the date, identify a row, each with the expression of a fact for it. */
  owners: Readonly<Record<string, Prisma.Sql>>
  /** The columns of figures. */
  figures: readonly string[]
}

const activity = [
  ...['commits', 'additions', 'deletions', 'prs_opened', 'prs_merged', 'prs_closed', 'reviews'],
  ...['issues_opened', 'issues_closed'],
]
const standing = ['contributors', 'prs_open', 'issues_open', 'deployments', 'failures']
const medians = ['cycle', 'pickup', 'lead'].flatMap((name) => [`${name}_p50`, `${name}_n`])

export const dailyTables: Readonly<Record<DailyKind, DailyTable>> = {
  repositories: {
    table: 'repository_stats',
    owners: { repository_id: Prisma.sql`f.repository_id` },
    figures: [...activity, ...standing],
  },
  organizations: {
    table: 'team_metrics',
    owners: { organization_id: Prisma.sql`f.organization_id` },
    figures: [...activity, ...standing, ...medians],
  },
  developers: {
    table: 'developer_metrics',
    owners: { account_id: Prisma.sql`f.account_id`, organization_id: Prisma.sql`f.organization_id` },
    figures: activity,
  },
}

/**
 * The figures of whole days in UTC, computed from facts: a row per owner and day with anything to tell, or with a stored row.
 * Its columns are the owners, `date` and the figures of the table.
 */
export function dailyFigures(kind: DailyKind, window: Period): Prisma.Sql {
  const { table, owners, figures } = dailyTables[kind]
  const keys = Object.keys(owners).map((name) => Prisma.raw(name))
  const ownerOf = (alias: string) => Prisma.join(keys.map((key) => Prisma.sql`${Prisma.raw(alias)}.${key}`))
  const owner = Prisma.join(
    Object.entries(owners).map(([name, of]) => Prisma.sql`${of} AS ${Prisma.raw(name)}`),
  )
  const isOwned = Prisma.join(
    Object.values(owners).map((of) => Prisma.sql`${of} IS NOT NULL`),
    ' AND ',
  )
  const first = Prisma.sql`(${window.from}::timestamptz AT TIME ZONE 'UTC')::date`
  const last = Prisma.sql`(${window.to}::timestamptz AT TIME ZONE 'UTC')::date`
  const withStanding = kind !== 'developers'
  const figure = (name: string) => Prisma.raw(name)
  const ofCounted = [...activity, ...standing, ...medians].filter(
    (name) => figures.includes(name) && !['prs_open', 'issues_open'].includes(name),
  )
  return Prisma.sql`
    WITH fact AS MATERIALIZED (${dailyFacts(window)}),
    counted AS (
      SELECT ${owner}, f.day AS date, ${Prisma.join(ofCounted.map((name) => Prisma.sql`${aggregates(kind)[name]} AS ${figure(name)}`))}
      FROM fact f
      WHERE ${isOwned}
      GROUP BY ${Prisma.join([...keys.keys(), keys.length].map((index) => Prisma.raw(String(index + 1))))}
    ),
    standing AS (
      ${
        withStanding
          ? Prisma.sql`
            SELECT ${owner}, f.day AS date, sum(f.prs_open)::int AS prs_open, sum(f.issues_open)::int AS issues_open
            FROM (${standingByDay(window)}) f
            GROUP BY 1, 2
            HAVING sum(f.prs_open) + sum(f.issues_open) > 0`
          : Prisma.sql`SELECT ${ownerOf('c')}, c.date, 0 AS prs_open, 0 AS issues_open FROM counted c WHERE false`
      }
    ),
    keys AS (
      SELECT ${ownerOf('c')}, c.date FROM counted c
      UNION
      SELECT ${ownerOf('s')}, s.date FROM standing s
      UNION
      SELECT ${ownerOf('t')}, t.date FROM ${Prisma.raw(table)} t WHERE t.date >= ${first} AND t.date < ${last}
    )
    SELECT ${ownerOf('keys')}, keys.date, ${Prisma.join(
      figures.map((name) =>
        name.endsWith('_p50')
          ? Prisma.sql`counted.${figure(name)}`
          : ['prs_open', 'issues_open'].includes(name)
            ? Prisma.sql`coalesce(standing.${figure(name)}, 0) AS ${figure(name)}`
            : ['additions', 'deletions'].includes(name)
              ? Prisma.sql`CASE WHEN coalesce(counted.commits, 0) = 0 THEN 0 ELSE counted.${figure(name)} END AS ${figure(name)}`
              : Prisma.sql`coalesce(counted.${figure(name)}, 0) AS ${figure(name)}`,
      ),
    )}
    FROM keys
    LEFT JOIN counted USING (${Prisma.join(keys)}, date)
    LEFT JOIN standing USING (${Prisma.join(keys)}, date)`
}

/** A sha counts once in an organization, and in each repository. */
function aggregates(kind: DailyKind): Readonly<Record<string, Prisma.Sql>> {
  const isCommit =
    kind === 'repositories' ? Prisma.sql`f.what = 'commit'` : Prisma.sql`f.what = 'commit' AND f.is_first`
  const count = (what: string) => Prisma.sql`count(*) FILTER (WHERE f.what = ${Prisma.raw(`'${what}'`)})::int`
  const median = (column: string) =>
    Prisma.sql`round(percentile_cont(0.5) WITHIN GROUP (ORDER BY f.${Prisma.raw(column)})::numeric, 2)`
  const known = (column: string) => Prisma.sql`count(f.${Prisma.raw(column)})::int`
  return {
    commits: Prisma.sql`count(*) FILTER (WHERE ${isCommit})::int`,
    additions: Prisma.sql`sum(f.additions) FILTER (WHERE ${isCommit})::int`,
    deletions: Prisma.sql`sum(f.deletions) FILTER (WHERE ${isCommit})::int`,
    contributors: Prisma.sql`count(DISTINCT f.person) FILTER (WHERE ${isCommit})::int`,
    prs_opened: count('opened'),
    prs_merged: count('merged'),
    prs_closed: count('closed'),
    reviews: count('review'),
    issues_opened: count('issue opened'),
    issues_closed: count('issue closed'),
    deployments: count('deployment'),
    failures: Prisma.sql`count(*) FILTER (WHERE f.failed)::int`,
    cycle_p50: median('cycle'),
    cycle_n: known('cycle'),
    pickup_p50: median('pickup'),
    pickup_n: known('pickup'),
    lead_p50: median('lead'),
    lead_n: known('lead'),
  }
}

const nothing = Prisma.sql`NULL::double precision`

/** One row per fact of the window: by whom, where, on which day, and what was measured. The samples choose the facts. */
function dailyFacts(window: Period): Prisma.Sql {
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
function standingByDay({ from, to }: Period): Prisma.Sql {
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
