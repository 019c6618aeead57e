import type { Command } from 'commander'
import { parseSort, type SortKey } from '../engine/sort.js'
import { exitCodes } from '../errors.js'
import type { Context, ListPortion } from '../context.js'
import { taking, wholeNumber } from './options.js'

/** The size flags of every list. */
export interface SizeOptions {
  /** 0 for all. */
  limit: number
  failIfEmpty?: true
}

/** And those that have an order of their own choice. */
export interface ListOptions extends SizeOptions {
  sort?: SortKey[]
  cursor?: string
}

/** `--limit` and `--fail-if-empty`. A verb that does not print through `ctx.out.list` calls `tripIfEmpty` itself. */
export function addSizeOptions(command: Command, limit = 50): Command {
  return command
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, limit)
    .option('--fail-if-empty', 'exit 8 if the list is empty')
}

/** An empty list is not a failure, unless `--fail-if-empty` makes it one. */
export function tripIfEmpty(
  ctx: Context,
  { failIfEmpty }: Pick<ListPortion, 'failIfEmpty'>,
  returned: number,
): void {
  if (failIfEmpty && returned === 0) ctx.out.setExitCode(exitCodes.gate)
}

/** `--sort`, `--cursor` and the size, for a verb that prints through `ctx.out.list`. */
export function addListOptions(command: Command, sortFields: readonly string[]): Command {
  const sort = taking({ repeats: true, words: sortFields }, (value: string, previous: SortKey[] = []) => [
    ...previous,
    ...parseSort(value, sortFields),
  ])
  const sorted = command
    .optionsGroup('Order and size:')
    .option('--sort <fields>', `field[:desc],… of ${sortFields.join(', ')}`, sort)
  return addCursor(addSizeOptions(sorted))
}

export function addCursor(command: Command): Command {
  return command.option('--cursor <cursor>', "start after the last page's nextCursor")
}
