import { addDecimals } from '../../domain/money.js'
import { amountText, grouped } from '../../output/number-text.js'
import type { Block, Section } from '../../output/page.js'
import type { ProjectTrend } from '../../shapes/report.js'
import type { Calendar } from './calendar.js'
import { numberColumns, sectionOf } from './section.js'

/** One colour each; of more projects the smaller ones are drawn as one. */
const mostDrawn = 5

interface Line {
  name: string
  /** One for each moment: bugs, or money as a decimal string; null where no amount is known. */
  values: readonly (string | null)[]
}

/** The backlog and the money at risk over time, by project. */
export function trendSection(
  trend: readonly ProjectTrend[],
  { calendar, currency }: { calendar: Calendar; currency: string },
): Section {
  const moments = trend[0]?.points.map(({ at }) => at) ?? []
  const names = momentNames(moments, calendar)
  const linesOf = (valueOf: (point: ProjectTrend['points'][number]) => string | null): Line[] =>
    largest(
      trend.map(({ project, points }) => ({
        name: project?.name ?? 'no project',
        values: points.map(valueOf),
      })),
    )
  const backlog = linesOf((point) => String(point.backlog))
  const money = linesOf(({ revenueAtRisk }) => revenueAtRisk)
  const chart = (label: string, lines: readonly Line[], text: (amount: string) => string): Block => ({
    kind: 'chart',
    chart: {
      kind: 'areas',
      label,
      categories: names.map(({ short }) => short),
      series: lines.map(({ name, values }) => ({ name, values: values.map((value) => Number(value ?? 0)) })),
    },
    table: {
      caption: label,
      columns: [{ header: 'at' }, ...numberColumns(lines.map(({ name }) => name))],
      rows: names.map(({ full }, index) => [
        full,
        ...lines.map(({ values }) => {
          const value = values[index] ?? null
          return value === null ? '—' : text(value)
        }),
      ]),
    },
  })
  const nothing = 'No bug was open or deferred in this window.'
  return sectionOf('trend', 'Trend by project', backlog.length === 0 && nothing, [
    chart('Backlog by project: bugs that are open or deferred', backlog, grouped),
    money.length > 0
      ? chart(`Money at risk by project: ${currency} a day, of open bugs`, money, amountText)
      : { kind: 'note', text: 'No open bug had a known revenue impact in this window.' },
  ])
}

/** A moment is named by its day, which begins then; one within a day that is named already, such as now, by its time too. */
function momentNames(moments: readonly Date[], calendar: Calendar): { full: string; short: string }[] {
  return moments.map((at, index) => {
    const before = moments[index - 1]
    const day = calendar.day(at)
    if (before === undefined || calendar.day(before) !== day) return { full: day, short: calendar.short(at) }
    const full = calendar.minute(at)
    return { full, short: full.slice(day.length + 1) }
  })
}

/** The largest at any moment first, then all others as one; lines of nothing are left out. */
function largest(lines: readonly Line[]): Line[] {
  const sorted = lines
    .map((line) => ({ ...line, peak: Math.max(0, ...line.values.map((value) => Number(value ?? 0))) }))
    .filter(({ peak }) => peak > 0)
    .sort((a, b) => b.peak - a.peak)
    .map(({ name, values }) => ({ name, values }))
  const [drawn, others] = [sorted.slice(0, mostDrawn), sorted.slice(mostDrawn)]
  const [first, ...rest] = others
  if (first === undefined) return drawn
  if (rest.length === 0) return [...drawn, first]
  const sum = rest.reduce(
    (values, line) => values.map((value, index) => sumOf(value, line.values[index] ?? null)),
    first.values,
  )
  return [...drawn, { name: `${others.length} others`, values: sum }]
}

function sumOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return addDecimals(a, b)
}
