import type { BugExplanation } from '../data/bugs/explain-bug.js'
import { minuteIn, type Look } from '../output/field.js'
import { pad, width } from '../output/fit.js'
import { visibleStrings } from '../output/visible.js'
import { slaUseText, termsText } from './bug.js'

/** An explanation for people: the clock span by span, then the scores, then the neighbour above. */
export function explanationText(raw: BugExplanation, look: Look): string {
  const explanation = visibleStrings(raw)
  const { bugNumber, title, severity, status } = explanation
  const parts = [
    [look.style.bold(`${bugNumber}  ${title}`), `${severity}, ${status}`],
    slaLines(explanation, look),
    scoreLines(explanation),
    rankLines(explanation),
  ]
  return parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
}

function slaLines({ sla }: BugExplanation, look: Look): string[] {
  const { style, zone } = look
  const { slaHours, intervals, breachedAt, unexplainedSeconds } = sla
  const time = (moment: Date) => minuteIn(zone, moment)
  const head = ['FROM', 'TO', 'STATUS', 'CLOCK', 'FOR', 'TOTAL', 'DUE', 'BECAUSE']
  const rows = intervals.map((each, i) => [
    time(each.from),
    i === intervals.length - 1 ? 'now' : time(each.to),
    each.status,
    each.isCounted ? 'runs' : 'paused',
    hours(each.seconds),
    hours(each.totalSeconds),
    time(each.slaDueAt),
    reason(each, intervals[i - 1]),
  ])
  const [heading = '', ...table] = inColumns([head, ...rows], [4, 5])
  const breach = breachedAt === null ? '' : `, breached ${time(breachedAt)}`
  const stray =
    Math.abs(unexplainedSeconds) < 1
      ? []
      : [
          `the stored clock has used ${hours(unexplainedSeconds)} more than history tells: something else moved it`,
        ]
  return [
    `SLA ${slaUseText({ slaHours, sla }, look)}, due ${time(sla.slaDueAt)}${breach}`,
    style.bold(heading),
    ...table,
    ...stray,
  ]
}

type Interval = BugExplanation['sla']['intervals'][number]

function reason(each: Interval, before: Interval | undefined): string {
  if (!before) return `created ${each.severity}, ${each.slaHours} h`
  if (each.because === 'breach') return 'the hours are used up'
  const changes = [
    each.status === before.status ? null : `${before.status} → ${each.status}`,
    each.severity === before.severity ? null : `${before.severity} → ${each.severity}`,
    each.slaHours === before.slaHours ? null : `${before.slaHours} h → ${each.slaHours} h`,
  ].filter((change) => change !== null)
  return changes.join(', ')
}

function scoreLines({ priority, urgency }: BugExplanation): string[] {
  const { score, isPinned, sum, terms, isRevenueKnown } = priority
  const [severity, revenue, blocker] = [terms.severity, terms.revenue, terms.blocker].map((term) =>
    term.toFixed(1),
  )
  const unknown = isRevenueKnown ? '' : ' (unknown)'
  const made = `${sum.toFixed(1)} = severity ${severity} + revenue ${revenue}${unknown} + blocker ${blocker}`
  return [
    isPinned ? `priority ${score}, pinned; it would be ${made}` : `priority ${score} (${made})`,
    urgency === null
      ? 'urgency —, since it is not open'
      : `urgency ${urgency.score} (${termsText({ ...urgency.terms, sum: urgency.sum })})`,
  ]
}

function rankLines({ bugNumber, rank, priority }: BugExplanation): string[] {
  if (rank === null) return ['no rank, since it is not open']
  const { position, of, above, needs, changes } = rank
  const place = `rank ${position} of ${of} open bugs by priority`
  if (above === null || needs === null) return [`${place}: nothing is above it`]
  const flags = {
    revenueImpact: (to: string) => [`revenue of ${to} a day`, `--revenue-impact ${to}`],
    isBlocker: () => ['others wait for it', '--blocker'],
    severity: (to: string) => [`severity ${to}`, `--severity ${to}`],
    priority: (to: string) => ['by hand, whatever the facts', `--priority ${to}`],
  }
  const rows = changes.map(({ field, to, priorityScore }) => {
    const [what = '', flag = ''] = flags[field](to)
    return ['', what, `→ ${priorityScore}`, `cto bugs update ${bugNumber} ${flag}`]
  })
  const passing =
    rows.length === 0
      ? `no single change passes it: it would need ${needs}`
      : `to pass it takes ${needs} instead of ${priority.score}; the smallest change first:`
  return [
    place,
    `above it is ${above.bugNumber} (${above.priorityScore})  ${above.title}`,
    passing,
    ...inColumns(rows, []),
  ]
}

/** Cells below each other, numbers flush right. */
function inColumns(rows: readonly (readonly string[])[], numbers: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, numbers.includes(column) ? 'right' : 'left'))
      .join('  ')
      .trimEnd(),
  )
}

function hours(seconds: number): string {
  return `${(seconds / 3600).toFixed(1)} h`
}
