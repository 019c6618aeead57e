import type { Context } from '../context.js'
import { minuteMs } from '../domain/duration.js'
import { metricOf, type Figure } from '../domain/metric.js'
import type { Period } from '../domain/period.js'
import { minuteIn } from '../output/field.js'

/** A line on stderr beside a table, which names the window and the time zone of what the table counts. */
export function sayWindow(ctx: Context, window: Period): void {
  ctx.out.notice(windowText(ctx, window))
}

/** The same for figures; of those that describe a moment, it names the moment where that is past. */
export function sayWhen(ctx: Context, figures: readonly Figure[]): void {
  const window = figures.find((figure) => figure.window !== null)?.window ?? null
  const asOf = figures[0]?.asOf
  const isPast = asOf !== undefined && asOf < ctx.now()
  if (window === null) {
    if (isPast) sayMoment(ctx, asOf)
    return
  }
  const standing = figures.filter(({ id }) => metricOf(id).over === 'moment').map(({ id }) => id)
  const end = isPast && standing.length > 0 ? `; at the end of the window: ${standing.join(', ')}` : ''
  ctx.out.notice(`${windowText(ctx, window)}${end}`)
}

/** A line that names the past moment at which bugs are evaluated; none for the present. Projects have no history. */
export function sayMoment(ctx: Context, asOf: Date): void {
  if (asOf >= ctx.now()) return
  const { zone } = ctx.line
  const day = dayEndedAt(asOf, zone)
  ctx.out.notice(
    `bugs as of ${day === null ? minuteIn(zone, asOf) : `the end of ${day}`} (${zone}); projects as they are now`,
  )
}

interface ComparedPoint {
  name: string
  /** Null: of a file. */
  window: Period | null
}

/** Two lines that name the windows of these figures, and that figures of a moment are of their ends. */
export function sayCompared(
  ctx: Context,
  points: Readonly<Record<'before' | 'after', ComparedPoint>>,
  figures: readonly Pick<Figure, 'id'>[],
): void {
  const isOver = (over: 'window' | 'moment') => figures.some(({ id }) => metricOf(id).over === over)
  const textOf = ({ name, window }: ComparedPoint) => {
    if (window === null) return `the figures in ${name}`
    if (!isOver('window')) return momentText(ctx, window.to)
    return `${periodText(ctx, window)}${isOver('moment') ? '; what is open, at its end' : ''}`
  }
  ctx.out.notice(`before: ${textOf(points.before)}`)
  ctx.out.notice(`after: ${textOf(points.after)}`)
}

/** `the end of 2026-09-30 (UTC)` */
function momentText(ctx: Context, moment: Date): string {
  const { zone } = ctx.line
  const day = dayEndedAt(moment, zone)
  return `${day === null ? minuteOrNow(ctx, moment) : `the end of ${day}`} (${zone})`
}

function windowText(ctx: Context, window: Period): string {
  return `window: ${periodText(ctx, window)}`
}

/** `2026-07-01 to 2026-09-30 (UTC)`, both days included; minutes where it does not consist of whole days. */
function periodText(ctx: Context, { from, to }: Period): string {
  const { zone } = ctx.line
  const begin = minuteIn(zone, from)
  const lastDay = dayEndedAt(to, zone)
  if (begin.endsWith(midnight) && lastDay !== null)
    return `${begin.slice(0, dayLength)} to ${lastDay} (${zone})`
  return `${begin} to ${minuteOrNow(ctx, to)} (${zone})`
}

function minuteOrNow(ctx: Context, moment: Date): string {
  const minute = minuteIn(ctx.line.zone, moment)
  return moment < ctx.now() ? minute : `now, ${minute}`
}

const midnight = ' 00:00'
const dayLength = 'yyyy-mm-dd'.length

/** The day whose last moment is before `moment`; null where that is not the beginning of a day. */
function dayEndedAt(moment: Date, zone: string): string | null {
  if (moment.getTime() % minuteMs !== 0 || !minuteIn(zone, moment).endsWith(midnight)) return null
  return minuteIn(zone, new Date(moment.getTime() - 1)).slice(0, dayLength)
}
