import { namedPeriods, type NamedPeriod } from '../../domain/metric-window.js'
import { isOfSessions, metricOf, type Figure, type MetricId } from '../../domain/metric.js'
import {
  canGroup,
  isPeriodGrouping,
  type Grouping,
  type RowGrouping,
} from '../../domain/metrics/groupings.js'
import type { SampleName, SessionSample } from '../../domain/metrics/metric.js'
import type { FigureGroup, GroupedFigure } from '../../shapes/figure-group.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { figureOf, getFigures } from './figures.js'
import { groupColumn, sessionSample } from './samples/sessions.js'
import type { Scope } from './scope.js'

interface GetFigureGroups {
  ids: readonly MetricId[]
  scope: Scope
  /** At most one of them is a length of time. None: only the figures of all. */
  by: readonly Grouping[]
}

/**
 * The figures of each group, in the order of the groups' names, those without one last; and of all at the end. Metrics for
 * which a grouping has no meaning are left out of the groups. Days, weeks and months are windows of their own, so that the
 * figure of a day is that of a window of this day; each is there, also without data.
 */
export async function getFigureGroups(db: Db, { ids, scope, by }: GetFigureGroups): Promise<FigureGroup[]> {
  const grouped = by.length === 0 ? [] : ids.filter((id) => by.every((each) => canGroup(id, each)))
  const unit = by.find(isPeriodGrouping)
  const periods = unit === undefined ? null : namedPeriods(scope.window, unit, scope.zone ?? 'UTC')
  const found: Found[] = []
  for (const { sample, ids: some } of bySample(grouped)) {
    const groups = isOfSessions(some[0])
      ? await findSampleGroups(db, { sample, ids: some, scope, by, periods })
      : await findPeriodFigures(db, { ids: some, scope, by, periods: periods ?? [] })
    found.push(...groups)
  }
  const whole = by.length === 1 && periods !== null ? periods.map(({ name }) => [name]) : []
  const all = await getFigures(db, { ids, scope })
  const empty = emptyFigures(all.filter(({ id }) => grouped.includes(id)))
  const figures = Object.fromEntries(all.map(({ id, value, n }) => [id, { value, n }]))
  return [...joinGroups(found, { by, empty, whole }), { by: null, figures }]
}

type Figures = Readonly<Record<string, GroupedFigure>>

/** The figures of a group without rows: a count is 0 where that of all is known, and nothing else is known. */
function emptyFigures(all: readonly Figure[]): Figures {
  return Object.fromEntries(
    all.map(({ id, value }) => [
      id,
      { value: metricOf(id).aggregate === 'count' && value !== null ? 0 : null, n: 0 },
    ]),
  )
}

interface OfSample {
  sample: SampleName
  ids: [MetricId, ...MetricId[]]
}

function bySample(ids: readonly MetricId[]): OfSample[] {
  const samples = new Map<SampleName, OfSample>()
  for (const id of ids) {
    const { sample } = metricOf(id)
    const found = samples.get(sample)
    if (found) found.ids.push(id)
    else samples.set(sample, { sample, ids: [id] })
  }
  return [...samples.values()]
}

/** The result of one sample for a group, whose names are in the order of the groupings. */
interface Found {
  names: readonly (string | null)[]
  figures: Figures
  /** Without rows of its own, so that it makes no group: a person who did nothing on a day. */
  isIdle: boolean
}

interface FindGroups extends Omit<GetFigureGroups, 'ids'> {
  ids: readonly MetricId[]
  periods: readonly NamedPeriod[] | null
}

async function findSampleGroups(
  db: Db,
  { sample, ids, scope, by, periods }: FindGroups & { sample: SampleName },
): Promise<Found[]> {
  const ofRows = by.filter((each): each is RowGrouping => !isPeriodGrouping(each))
  const columns = by.map((each) =>
    isPeriodGrouping(each) ? Prisma.sql`period.name` : groupColumn('s', each),
  )
  const bounds = { from: Prisma.sql`period.since`, to: Prisma.sql`period.until` }
  const rows = sessionSample(sample as SessionSample, scope, {
    by: ofRows,
    ...(periods !== null && { bounds }),
  })
  const source =
    periods === null
      ? Prisma.sql`(${rows}) s`
      : Prisma.sql`
        unnest(
          ${periods.map(({ from }) => from)}::timestamptz[], ${periods.map(({ to }) => to)}::timestamptz[],
          ${periods.map(({ name }) => name)}::text[]
        ) AS period(since, until, name)
        CROSS JOIN LATERAL (${rows}) s`
  const found = await db.$queryRaw<{ keys: (string | null)[]; figures: Figures }[]>`
    SELECT
      ARRAY[${Prisma.join(columns)}]::text[] AS keys, jsonb_build_object(${Prisma.join(ids.map((id) => figureOf(id, scope)))}) AS figures
    FROM ${source}
    GROUP BY ${Prisma.join(columns)}`
  return found.map(({ keys, figures }) => ({ names: keys, figures, isIdle: isIdle(sample, figures) }))
}

function isIdle(sample: SampleName, figures: Figures): boolean {
  return Object.values(figures).every(
    ({ value }) => value === null || (sample === 'sessionPeople' && value === 0),
  )
}

/** Each period is evaluated as a window of its own, at its end. */
async function findPeriodFigures(
  db: Db,
  { ids, scope, periods }: FindGroups & { periods: readonly NamedPeriod[] },
): Promise<Found[]> {
  const found: Found[] = []
  for (const { from, to, name } of periods) {
    const isLast = to.getTime() === scope.window.to.getTime()
    const past = !isLast || scope.past
    const asOf = isLast ? scope.asOf : to
    const figures = await getFigures(db, { ids, scope: { ...scope, window: { from, to }, asOf, past } })
    found.push({
      names: [name],
      figures: Object.fromEntries(figures.map(({ id, value, n }) => [id, { value, n }])),
      isIdle: false,
    })
  }
  return found
}

interface Joined {
  by: readonly Grouping[]
  empty: Figures
  /** Groups that are there even without figures. */
  whole: readonly (readonly string[])[]
}

/** Each group once, with the figures of every sample, in the order of its names. */
function joinGroups(found: readonly Found[], { by, empty, whole }: Joined): FigureGroup[] {
  const names = [...whole, ...found.filter((each) => !each.isIdle).map((each) => each.names)]
  const groups = new Map(names.map((each) => [JSON.stringify(each), { names: each, figures: empty }]))
  for (const { names, figures } of found) {
    const key = JSON.stringify(names)
    const group = groups.get(key)
    if (group) groups.set(key, { names, figures: { ...group.figures, ...figures } })
  }
  return [...groups.values()]
    .sort((a, b) => compareNames(a.names, b.names))
    .map(({ names, figures }) => ({
      by: Object.fromEntries(by.map((each, index) => [each, names[index] ?? null])),
      figures,
    }))
}

function compareNames(a: Found['names'], b: Found['names']): number {
  for (const [index, name] of a.entries()) {
    const other = b[index] ?? null
    if (name === other) continue
    if (name === null || other === null) return name === null ? 1 : -1
    return name < other ? -1 : 1
  }
  return 0
}
