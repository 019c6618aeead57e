import type { Context } from '../context.js'
import { findLastChange } from '../data/metrics/last-change.js'
import { dayMs } from '../domain/duration.js'
import type { Period } from '../domain/period.js'
import type { Db } from '../engine/client.js'
import { minuteIn } from '../output/field.js'

/** As long as the window by default. */
const days = 30

/** For a window after the last change of any bug, as with an old export: a window in which something happened; else null. */
export async function findBusyWindow(db: Db, ctx: Context, { from }: Period): Promise<string | null> {
  const last = await findLastChange(db)
  if (last === null || last >= from) return null
  const dayOf = (moment: Date) => minuteIn(ctx.line.zone, moment).slice(0, 'yyyy-mm-dd'.length)
  const first = new Date(last.getTime() - days * dayMs)
  return `nothing happened in this window: the last change was on ${dayOf(last)}; try --between ${dayOf(first)}..${dayOf(last)}`
}

/** For months after the last change of any bug: the command that shows the year that ends with it; else null. */
export async function findBusyYear(db: Db, from: Date): Promise<string | null> {
  const last = await findLastChange(db)
  if (last === null || last >= from) return null
  const { addMonths, monthStart } = await import('../domain/time.js')
  const first = addMonths(monthStart(last), -11)
  const dayOf = (moment: Date) => moment.toISOString().slice(0, 'yyyy-mm-dd'.length)
  return `nothing happened in these months: the last change was on ${dayOf(last)}; its year: cto metrics flow --between ${dayOf(first)}..${dayOf(last)} --by month`
}
