import { randomInt } from 'node:crypto'
import type { Db } from '../../engine/client.js'

/*
 * Numbers for the bugs of a dry run. A sequence is not rolled back, so a dry run takes nothing
 * from it.
 */

/** Null: the sequence gives the numbers. */
export type TakeNumber = (() => string) | null

/** The numbers that bugs would get now. */
export async function nextBugNumbers(tx: Db): Promise<() => string> {
  const [row] = await tx.$queryRaw<{ next: bigint }[]>`
    SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END AS next FROM bug_number_seq`
  if (row === undefined) throw new Error('a sequence without a value')
  let { next } = row
  return () => `BUG-${next++}`
}

/**
 * Numbers far from the next ones, for a dry run that takes seconds and prints none: bugs created meanwhile would
 * otherwise wait for its end to learn whether their numbers are taken.
 */
export function remoteBugNumbers(): () => string {
  let next = 100_000_000_000_000 + randomInt(2 ** 47)
  return () => `BUG-${next++}`
}

export function numbered<Row extends object>(rows: readonly Row[], take: TakeNumber): readonly Row[] {
  return take === null ? rows : rows.map((row) => ({ ...row, bugNumber: take() }))
}
