import { periodBounds } from '../../domain/metric-window.js'
import { isOfSessions, metricOf, type MetricId } from '../../domain/metric.js'
import {
  canGroup,
  isPeriodGrouping,
  type Grouping,
  type PeriodGrouping,
  type RowGrouping,
} from '../../domain/metrics/groupings.js'
import type { SampleName, SessionSample } from '../../domain/metrics/metric.js'
import type { Period } from '../../domain/period.js'
import type { FigureGroup, GroupedFigure } from '../../shapes/figure-group.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { figureOf, getFigures } from './figures.js'
import { groupColumn, sessionSample } from './samples/sessions.js'
import type { Scope } from './scope.js'

interface GetFigureGroups {
  ids: readonly MetricId[]
  scope: Scope
  /** At most one of them is a length of time. */
  by: readonly Grouping[]
}

/**
 * The figures of each group, in the order of the groups' names, those without one last; and of all at the end. Metrics for
 * which a grouping has no meaning are left out of the groups. Days, weeks and months are windows of their own, so that the
 * figure of a day is that of a window of this day; each is there, also without data.
 */
export async function getFigureGroups(db: Db, { ids, scope, by }: GetFigureGroups): Promise<FigureGroup[]> {
  const grouped = ids.filter((id) => by.every((each) => canGroup(id, each)))
  const unit = by.find(isPeriodGrouping)
  const periods = unit === undefined ? null : periodsOf(scope, unit)
  const groups = new GroupTable(by, emptyFigures(grouped))
  const [only] = by
  if (periods !== null && by.length === 1 && only !== undefined)
    for (const { name } of periods) groups.add({ [only]: name })
  for (const some of bySample(grouped)) {
    const found = isOfSessions(some.ids[0])
      ? await findSampleGroups(db, { ...some, scope, by, periods })
      : await findPeriodFigures(db, { ids: some.ids, scope, by, periods: periods ?? [] })
    for (const { key, figures } of found) groups.add(key, figures)
  }
  const all = await getFigures(db, { ids, scope })
  const figures = Object.fromEntries(all.map(({ id, value, n }) => [id, { value, n }]))
  return [...groups.sorted(), { by: null, figures }]
}

type Key = Readonly<Partial<Record<Grouping, string | null>>>
type Figures = Readonly<Record<string, GroupedFigure>>

interface NamedPeriod extends Period {
  name: string
}

/** `2026-03-02` for a day and for the week that begins on it, `2026-03` for a month. */
function periodsOf({ window, zone = 'UTC' }: Scope, unit: PeriodGrouping): NamedPeriod[] {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })
  const bounds = periodBounds(window, unit, zone)
  return bounds.slice(0, -1).map((from, index) => {
    const to = bounds[index + 1] ?? window.to
    const name = day.format(from)
    return { from, to, name: unit === 'month' ? name.slice(0, 7) : name }
  })
}

/** A count of nothing is 0, and nothing else is known. */
function emptyFigures(ids: readonly MetricId[]): Figures {
  return Object.fromEntries(
    ids.map((id) => [id, { value: metricOf(id).aggregate === 'count' ? 0 : null, n: 0 }]),
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

interface Found {
  key: Key
  figures: Figures
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
      ARRAY[${Prisma.join(columns)}]::text[] AS keys, jsonb_build_object(${Prisma.join(ids.map(figureOf))}) AS figures
    FROM ${source}
    GROUP BY ${Prisma.join(columns)}`
  return found.map(({ keys, figures }) => ({
    key: Object.fromEntries(by.map((each, index) => [each, keys[index] ?? null])),
    figures,
  }))
}

/** Each period is evaluated as a window of its own, at its end. */
async function findPeriodFigures(
  db: Db,
  { ids, scope, by: [by], periods }: FindGroups & { periods: readonly NamedPeriod[] },
): Promise<Found[]> {
  if (by === undefined) throw new Error('a grouping without a name')
  const found: Found[] = []
  for (const { from, to, name } of periods) {
    const isLast = to.getTime() === scope.window.to.getTime()
    const past = !isLast || scope.past
    const asOf = isLast ? scope.asOf : to
    const figures = await getFigures(db, { ids, scope: { ...scope, window: { from, to }, asOf, past } })
    found.push({
      key: { [by]: name },
      figures: Object.fromEntries(figures.map(({ id, value, n }) => [id, { value, n }])),
    })
  }
  return found
}

/** Groups by their key, with the figures of several samples. */
class GroupTable {
  readonly #groups = new Map<string, { key: Key; figures: Figures }>()
  readonly #by: readonly Grouping[]
  readonly #empty: Figures

  constructor(by: readonly Grouping[], empty: Figures) {
    this.#by = by
    this.#empty = empty
  }

  /** A group, and what one sample says of it; nothing, if that is no figure at all. */
  add(key: Key, figures?: Figures): void {
    if (figures !== undefined && Object.values(figures).every(({ value }) => value === null)) return
    const name = JSON.stringify(this.#by.map((each) => key[each] ?? null))
    const known = this.#groups.get(name)?.figures ?? this.#empty
    this.#groups.set(name, { key, figures: { ...known, ...figures } })
  }

  sorted(): FigureGroup[] {
    return [...this.#groups.values()]
      .sort((a, b) => this.#compare(a.key, b.key))
      .map(({ key, figures }) => ({ by: key, figures }))
  }

  #compare(a: Key, b: Key): number {
    for (const each of this.#by) {
      const [x, y] = [a[each] ?? null, b[each] ?? null]
      if (x === y) continue
      if (x === null || y === null) return x === null ? 1 : -1
      return x < y ? -1 : 1
    }
    return 0
  }
}
