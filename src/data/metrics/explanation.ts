import { isDelivery, isOfSessions, metricOf, type Figure, type MetricId } from '../../domain/metric.js'
import { required } from '../../errors.js'
import type { MeasuredBug, MeasuredFact } from '../../shapes/metric-report.js'
import { getBugs } from '../bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { findFacts } from '../delivery/facts.js'
import { requireFiguresOfPeople } from '../delivery/people-setting.js'
import { figuresQuery, getFigures, sampleQuery } from './figures.js'
import type { Scope } from './scope.js'

interface OfMetric {
  id: MetricId
  scope: Scope
}

/** Records behind a figure, and the figure that they give. */
interface Measured<Row> {
  data: Row[]
  total: number
  figure: Figure
}

/** The statement of a metric, ready for psql. */
export function figureSql({ id, scope }: OfMetric): string {
  const { text, values } = figuresQuery({ ids: [id], scope })
  const literal = text.replace(/\$(\d+)/g, (_, number: string) => literalOf(values[Number(number) - 1]))
  return withoutIndent(literal)
}

/** Whether the rows of its sample are bugs, not people, projects, or facts of repositories. */
export function isOfBugs(id: MetricId): boolean {
  const others = ['workload', 'projects', 'projectStatus', 'projectHealth']
  return !isDelivery(id) && !isOfSessions(id) && !others.includes(metricOf(id).sample)
}

/** Whether they are facts of repositories: deployments, pull requests, commits, reviews, issues, or people who reviewed. */
export function isOfFacts(id: MetricId): boolean {
  return isDelivery(id)
}

/**
 * The bugs behind a metric, in their present state, each with its measured value, the largest first. For a count, the
 * counted bugs; a bug that was resolved twice in the window has a 2.
 */
export async function findMeasuredBugs(
  db: Db,
  { id, scope, limit }: OfMetric & { limit: number },
): Promise<Measured<MeasuredBug>> {
  const rows = await findMeasured(db, { id, scope, limit })
  const bugs = await getBugs(db, { ids: rows.map((row) => row.id), now: scope.asOf })
  const byId = new Map(bugs.map((bug) => [bug.id, bug]))
  const data = rows.flatMap((row) => {
    const bug = byId.get(row.id)
    return bug === undefined ? [] : [{ ...bug, measured: row.measured }]
  })
  return { data, total: rows[0]?.total ?? 0, figure: await figureOf(db, { id, scope }) }
}

/**
 * The same for the deployments, pull requests, commits, reviews, issues or people behind a metric of delivery.
 *
 * @throws CtoError NOT_PERMITTED for people where figures about them are off
 */
export async function findMeasuredFacts(
  db: Db,
  { id, scope, limit }: OfMetric & { limit: number },
): Promise<Measured<MeasuredFact>> {
  if (metricOf(id).sample === 'reviewers') await requireFiguresOfPeople(db, `--rows of ${id}`)
  const rows = await findMeasured(db, { id, scope, limit })
  const facts = await findFacts(
    db,
    rows.map((row) => row.id),
  )
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  const data = rows.flatMap((row) => {
    const fact = byId.get(row.id)
    return fact === undefined ? [] : [{ ...fact, measured: row.measured }]
  })
  return { data, total: rows[0]?.total ?? 0, figure: await figureOf(db, { id, scope }) }
}

async function figureOf(db: Db, { id, scope }: OfMetric): Promise<Figure> {
  const [figure] = await getFigures(db, { ids: [id], scope })
  return required(figure, 'a figure for every metric')
}

interface MeasuredRow {
  id: string
  measured: string
  total: number
}

async function findMeasured(
  db: Db,
  { id, scope, limit }: OfMetric & { limit: number },
): Promise<MeasuredRow[]> {
  const { sample, column, aggregate } = metricOf(id)
  const of = Prisma.raw(`s.${column}`)
  const isLogical = aggregate === 'count' || aggregate === 'share'
  const isCounted =
    aggregate === 'count'
      ? of
      : aggregate === 'total' || aggregate === 'sum'
        ? Prisma.sql`${of} <> 0`
        : Prisma.sql`${of} IS NOT NULL`
  const measured =
    aggregate === 'distinct' ? Prisma.sql`(${of} IS NOT NULL)::int` : isLogical ? Prisma.sql`${of}::int` : of
  return db.$queryRaw<MeasuredRow[]>`
    SELECT r.id::text, ${exactText(Prisma.sql`r.measured`)} AS measured, (count(*) OVER ())::int AS total
    FROM (
      SELECT s.id, sum(${measured})::numeric AS measured
      FROM (${sampleQuery(sample, scope)}) s
      WHERE ${isCounted}
      GROUP BY s.id
    ) r
    ORDER BY r.measured DESC, r.id
    LIMIT ${limit === 0 ? null : limit}::bigint`
}

/**
 * With four digits behind the point, or as many as it has, up to ten: a figure is rounded after its rows are aggregated, and a
 * million of them must still give it.
 */
function exactText(measured: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    CASE WHEN ${measured} = round(${measured}, 4) THEN round(${measured}, 4)
      ELSE trim_scale(round(${measured}, 10)) END::text`
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (value instanceof Date) return `'${value.toISOString()}'::timestamptz`
  if (Array.isArray(value)) return `ARRAY[${value.map(literalOf).join(', ')}]`
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  return `'${(value as string).replaceAll("'", "''")}'`
}

/** Fragments have the indentation of their source. */
function withoutIndent(sql: string): string {
  return sql
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '')
    .join('\n')
}
