import type { Command } from 'commander'
import type { Context } from '../context.js'

/** `--all`, for tables in which most figures have no data as long as their sources are missing. */
export function addAllFigures(command: Command): Command {
  return command.option('--all', 'on a terminal also figures without data')
}

interface Wanted<Row> {
  all: boolean
  hasData: (row: Row) => boolean
}

/**
 * The rows that a person reads on a terminal: those with data, unless `--all`. Everywhere else all of them, since programs rely on them.
 * `sayWithout`, for after the table, tells how many are left out.
 */
export function rowsWithData<Row>(
  ctx: Context,
  rows: readonly Row[],
  { all, hasData }: Wanted<Row>,
): { shown: readonly Row[]; sayWithout(): void } {
  const { format } = ctx.line.flags
  const isRead = ctx.out.width !== null && (format === 'table' || format === 'list')
  const shown = isRead && !all ? rows.filter(hasData) : rows
  const left = rows.length - shown.length
  const text =
    left === 1 ? '1 figure has no data; --all shows it' : `${left} figures have no data; --all shows them`
  return {
    shown,
    sayWithout() {
      if (left > 0) ctx.out.notice(text)
    },
  }
}
