import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/* Invented rows that the database makes itself, the same everywhere: numbered from 1, with draws that follow from the number. */

/** The first part of the ids of a table's rows; the number of a row, in hexadecimal digits, is the rest. */
export type IdPrefix = string

/** What all happened in. */
export interface InventedSpan {
  now: Date
  /** Hours before `now` in which it began. */
  hours: number
  /** Of each thing; a set of another size has as many for each bug. */
  bugs: number
}

/** Irrational numbers, whose multiples are spread evenly between 0 and 1. */
const multipliers = [
  ...['0.6180339887498949', '0.4142135623730951', '0.7320508075688772', '0.2360679774997898'],
  ...['0.6457513110645906', '0.3166247903554', '0.6055512754639891', '0.1231056256176606'],
]

/** A number of the program itself, as a constant of the statement. */
export function constant(number: number): Prisma.Sql {
  return Prisma.raw(String(number))
}

/** A number from 0 up to, not including, 1, for row `n`; different ones are independent. */
export function draw(which: number): Prisma.Sql {
  return Prisma.raw(
    `(n * ${multipliers[which] ?? '0'}::float8 - floor(n * ${multipliers[which] ?? '0'}::float8))`,
  )
}

/** A whole number from 1 to `count`; with a skew of 2 the first are drawn most often. */
export function drawOf(count: number, which: number, skew = 1): Prisma.Sql {
  return Prisma.sql`(1 + floor(${constant(count)} * power(${draw(which)}, ${constant(skew)})))::integer`
}

/** Hours: most are shorter than the mean, a few are many times as long. */
export function drawnHours(mean: number, which: number): Prisma.Sql {
  return Prisma.sql`(-ln(1 - ${draw(which)}) * ${constant(mean)} * interval '1 hour')`
}

/** The id of the row whose number the expression gives. */
export function idOf(prefix: IdPrefix, number: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${prefix} || lpad(to_hex(${number}), 12, '0'))::uuid`
}

/** When row `n` of `total` was made; there are more of them every month. */
export function madeAt(total: number, { now, hours }: InventedSpan): Prisma.Sql {
  return Prisma.sql`(
    ${now}::timestamptz
    - (1 - power(n / ${constant(total + 1)}::float8, 0.7)) * ${constant(hours)} * interval '1 hour')`
}

/** Rows per statement. The embedded database handles Ctrl-C between two. */
const atOnce = 2000

/** Runs statements that insert rows for each `n` of `numbers`, from 1 to `total`, some thousand at once; `onDone` after each batch. */
export async function insertNumbered(
  tx: Db,
  total: number,
  statement: (numbers: Prisma.Sql) => readonly Prisma.Sql[],
  onDone: (done: number) => void | Promise<void> = () => {},
): Promise<void> {
  for (let from = 1; from <= total; from += atOnce) {
    const to = Math.min(from + atOnce - 1, total)
    for (const each of statement(Prisma.sql`generate_series(${from}::integer, ${to}::integer) n`))
      await tx.$executeRaw(each)
    await onDone(to)
  }
}
