import type { Period } from '../../domain/period.js'
import { Prisma } from '../../engine/sql.js'
import { hasSource, type FactKind } from '../delivery/fact-sources.js'
import { dailyFacts, standingByDay } from './daily-facts.js'

/** Whose days are stored, each kind in a table of its own. */
export const dailyKinds = ['repositories', 'organizations', 'developers'] as const

export type DailyKind = (typeof dailyKinds)[number]

interface DailyTable {
  table: string
  /** The owner whose repositories decide which facts can be known. */
  place: 'repository_id' | 'organization_id'
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

/** The facts behind each column, which is null where no source of them is known. */
const factsOf: Readonly<Record<string, FactKind>> = {
  commits: 'commits',
  additions: 'commits',
  deletions: 'commits',
  contributors: 'commits',
  prs_opened: 'pulls',
  prs_merged: 'pulls',
  prs_closed: 'pulls',
  prs_open: 'pulls',
  reviews: 'pulls',
  issues_opened: 'issues',
  issues_closed: 'issues',
  issues_open: 'issues',
  deployments: 'deployments',
  failures: 'deployments',
}

export const dailyTables: Readonly<Record<DailyKind, DailyTable>> = {
  repositories: {
    table: 'repository_stats',
    place: 'repository_id',
    owners: { repository_id: Prisma.sql`f.repository_id` },
    figures: [...activity, ...standing],
  },
  organizations: {
    table: 'team_metrics',
    place: 'organization_id',
    owners: { organization_id: Prisma.sql`f.organization_id` },
    figures: [...activity, ...standing, ...medians],
  },
  developers: {
    table: 'developer_metrics',
    place: 'organization_id',
    owners: { account_id: Prisma.sql`f.account_id`, organization_id: Prisma.sql`f.organization_id` },
    figures: activity,
  },
}

/**
 * The figures of whole days in UTC, computed from facts: a row per owner and day on which something happened, at whose end pull
 * requests or issues were open, or which has a stored row.
 * Its columns are the owners, `date` and the figures of the table.
 */
export function dailyFigures(kind: DailyKind, window: Period): Prisma.Sql {
  const { table, place, owners, figures } = dailyTables[kind]
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
    (name) => figures.includes(name) && !isOpenCount(name),
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
    SELECT ${ownerOf('keys')}, keys.date, ${Prisma.join(figures.map((name) => Prisma.sql`${storedValue(name)} AS ${figure(name)}`))}
    FROM keys
    LEFT JOIN counted USING (${Prisma.join(keys)}, date)
    LEFT JOIN standing USING (${Prisma.join(keys)}, date)
    LEFT JOIN (${sourcesBy(place)}) source USING (${Prisma.raw(place)})`
}

/** The value of a column: of `counted` or `standing`, and 0 without rows where `source` has its facts. */
function storedValue(name: string): Prisma.Sql {
  const column = Prisma.raw(isOpenCount(name) ? `standing.${name}` : `counted.${name}`)
  if (name.endsWith('_p50')) return column
  const isLines = name === 'additions' || name === 'deletions'
  // Commits whose lines are unknown have no sum.
  const value = isLines
    ? Prisma.sql`CASE WHEN coalesce(counted.commits, 0) = 0 THEN 0 ELSE ${column} END`
    : Prisma.sql`coalesce(${column}, 0)`
  const facts = factsOf[name]
  return facts === undefined ? value : Prisma.sql`CASE WHEN source.${Prisma.raw(facts)} THEN ${value} END`
}

/** Whether the column counts what was open at the end of the day. */
function isOpenCount(name: string): boolean {
  return name === 'prs_open' || name === 'issues_open'
}

/** Each repository or organization, and of which facts it has a source: a boolean column per kind. */
function sourcesBy(place: DailyTable['place']): Prisma.Sql {
  const kinds = ['commits', 'pulls', 'issues', 'deployments'] as const
  const columns = kinds.map((kind) => Prisma.sql`bool_or(${hasSource[kind]}) AS ${Prisma.raw(kind)}`)
  const key = Prisma.raw(place === 'repository_id' ? 'r.id' : 'r.organization_id')
  return Prisma.sql`SELECT ${key} AS ${Prisma.raw(place)}, ${Prisma.join(columns)} FROM repositories r GROUP BY 1`
}

/** A sha counts once in an organization, and in each repository. */
function aggregates(kind: DailyKind): Readonly<Record<string, Prisma.Sql>> {
  const isCommit =
    kind === 'repositories' ? Prisma.sql`f.what = 'commit'` : Prisma.sql`f.what = 'commit' AND f.is_first`
  // No more than the column holds: a generated file of a billion lines must not stop the snapshot.
  const lines = (column: string) =>
    Prisma.sql`least(sum(f.${Prisma.raw(column)}) FILTER (WHERE ${isCommit}), 2147483647)::int`
  const count = (what: string) => Prisma.sql`count(*) FILTER (WHERE f.what = ${Prisma.raw(`'${what}'`)})::int`
  const median = (column: string) =>
    Prisma.sql`round(percentile_cont(0.5) WITHIN GROUP (ORDER BY f.${Prisma.raw(column)})::numeric, 2)`
  const known = (column: string) => Prisma.sql`count(f.${Prisma.raw(column)})::int`
  return {
    commits: Prisma.sql`count(*) FILTER (WHERE ${isCommit})::int`,
    additions: lines('additions'),
    deletions: lines('deletions'),
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
