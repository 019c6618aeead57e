import type { BugExplanation } from '../data/bugs/explain-bug.js'
import { required } from '../errors.js'
import { minuteIn, type Look } from '../output/field.js'
import { pad, width, wrap } from '../output/fit.js'
import { visibleStrings } from '../output/visible.js'
import { grouped } from '../output/number-text.js'
import { slaUseText } from './sla.js'
import { termsText } from './urgency-terms.js'

/** An explanation for people: the clock span by span, then the scores, then the neighbour above. */
export function explanationText(raw: BugExplanation, look: Look, room: number): string {
  const explanation = visibleStrings(raw)
  const { bugNumber, title, severity, status } = explanation
  const parts = [
    [look.style.bold(hanging(`${bugNumber}  `, title, room)), `${severity}, ${status}`],
    slaLines(explanation, look, room),
    scoreLines(explanation).map((line) => hanging('', line, room)),
    rankLines(explanation, room),
  ]
  return parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
}

function slaLines({ sla }: BugExplanation, look: Look, room: number): string[] {
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
  const all = inColumns([head, ...rows], [4, 5], room)
  const fits = all.every((line) => width(line) <= room && !line.includes('\n'))
  // A span ends where the next one begins, and its due time follows from the reasons.
  const narrow = [head, ...rows].map((cells) => cells.filter((_, column) => ![1, 6].includes(column)))
  const [heading = '', ...table] = fits ? all : inColumns(narrow, [3, 4], room)
  const breach = breachText({ breachedAt, dueAt: sla.slaDueAt }, time)
  const stray =
    Math.abs(unexplainedSeconds) < 1
      ? []
      : [
          `the stored clock has used ${hours(unexplainedSeconds)} more than is in its history: something else moved it`,
        ]
  return [
    hanging('', `SLA ${slaUseText({ slaHours, sla }, look)}, due ${time(sla.slaDueAt)}${breach}`, room),
    style.bold(heading),
    ...table,
    ...stray.map((line) => hanging('', line, room)),
  ]
}

/** A breach is the moment at which the bug was due then; that moves when the bug is paused or gets other hours later. */
function breachText(
  { breachedAt, dueAt }: { breachedAt: Date | null; dueAt: Date },
  time: (moment: Date) => string,
): string {
  if (breachedAt === null || breachedAt.getTime() === dueAt.getTime()) return ''
  return `; breached at ${time(breachedAt)}, when it was due until the due date moved`
}

type Interval = BugExplanation['sla']['intervals'][number]

function reason(each: Interval, before: Interval | undefined): string {
  if (!before) return `created ${each.severity}, ${grouped(String(each.slaHours))} h`
  if (each.because === 'breach') return 'the hours are used up'
  if (each.because === 'import') return 'imported with --sla-from import'
  const changes = [
    each.status === before.status ? null : `${before.status} → ${each.status}`,
    each.severity === before.severity ? null : `${before.severity} → ${each.severity}`,
    each.slaHours === before.slaHours
      ? null
      : `${grouped(String(before.slaHours))} h → ${grouped(String(each.slaHours))} h`,
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

function rankLines({ bugNumber, rank, priority }: BugExplanation, room: number): string[] {
  if (rank === null) return ['no rank, since it is not open']
  const { position, of, above, needs, changes } = rank
  const place = `rank ${position} of ${of} open bugs by priority`
  if (above === null || needs === null) return [`${place}: nothing is above it`]
  const flags = {
    revenueImpact: (to: string) => {
      const amount = to.replace(/\.00$/, '')
      return [`revenue of ${amount} a day`, `--revenue-impact ${amount}`]
    },
    isBlocker: () => ['others wait for it', '--blocker'],
    severity: (to: string) => [`severity ${to}`, `--severity ${to}`],
    priority: (to: string) => ['by hand', `--priority ${to}`],
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
    hanging(`above it is ${above.bugNumber} (${above.priorityScore})  `, above.title, room),
    hanging('', passing, room),
    ...inColumns(rows, [], room),
  ]
}

/** Text behind a beginning, its further lines below its first one. */
function hanging(beginning: string, text: string, room: number): string {
  const indent = width(beginning)
  const isNarrow = room - indent < leastColumns
  return beginning + (isNarrow ? text : wrap(text, room - indent).replaceAll('\n', `\n${' '.repeat(indent)}`))
}

/** Text in fewer columns is left to the terminal. */
const leastColumns = 16

/** Cells below each other, numbers flush right; the last column takes as many lines as it needs. */
function inColumns(rows: readonly (readonly string[])[], numbers: readonly number[], room: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => width(required(row[column], 'a cell in every column')))),
  )
  return rows.map((row) => {
    const before = row
      .slice(0, -1)
      .map(
        (cell, column) => pad(cell, widths[column] ?? 0, numbers.includes(column) ? 'right' : 'left') + '  ',
      )
    return hanging(before.join(''), required(row.at(-1), 'the last cell of a row'), room).trimEnd()
  })
}

function hours(seconds: number): string {
  return `${grouped((seconds / 3600).toFixed(1))} h`
}
