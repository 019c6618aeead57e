import type { Command } from 'commander'
import { parseSort, type SortKey } from '../data/sort.js'
import { taking, wholeNumber } from './options.js'

/** What every list can be told of its order and size. */
export interface ListOptions {
  sort?: SortKey[]
  /** 0 for all. */
  limit: number
  cursor?: string
}

/** `--sort`, `--limit` and `--cursor`, for a verb that prints through `ctx.printList`. */
export function addListOptions(command: Command, sortFields: readonly string[]): Command {
  const sort = taking({ repeats: true, words: sortFields }, (value: string, previous: SortKey[] = []) => [
    ...previous,
    ...parseSort(value, sortFields),
  ])
  return command
    .optionsGroup('Order and size:')
    .option('--sort <fields>', `field[:desc],… of ${sortFields.join(', ')}`, sort)
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
    .option('--cursor <cursor>', 'continue behind nextCursor of the page before')
}
