import type { Command } from 'commander'
import type { Context } from '../context.js'
import type { BugFilter } from '../data/bugs/bug-filter.js'
import { openStatuses, type BugStatus } from '../domain/bug.js'
import type { Db } from '../engine/client.js'
import type { FilterWords } from '../engine/list.js'
import { filterNames, filters, type BugFilterOptions, type FilterName } from './bug-filter-table.js'
import { list, listOf } from './options.js'

export function addBugFilters(command: Command): Command {
  command.optionsGroup('Filters (repeat or separate by commas; a leading ! negates; none means unset):')
  for (const filter of Object.values(filters)) {
    const { flags, help } = filter
    if (filter.kind === 'list') command.option(flags, help, filter.words ? listOf(filter.words) : list)
    else command.option(flags, help)
    if (filter.kind === 'switch' && filter.negation)
      command.option(filter.negation.flags, filter.negation.help)
  }
  return command
}

interface DefaultStatus {
  /** Used where no flag names a status. */
  status: readonly BugStatus[] | null
}

/**
 * The filter that the flags name. Without `--status` the default applies, unless `--resolved` or an SLA state of
 * resolved or paused bugs names others.
 *
 * @throws NotFoundError, CtoError AMBIGUOUS or INVALID_VALUE, UsageError
 */
export async function bugFilter(
  db: Db,
  ctx: Context,
  options: BugFilterOptions,
  defaults: DefaultStatus = { status: openStatuses },
): Promise<BugFilter> {
  const parsed: Record<string, unknown> = {}
  for (const [name, given] of givenFilters(options)) {
    const filter = filters[name]
    // The table pairs every parser with the type of its flag.
    parsed[name] = filter.kind === 'switch' ? given : await filter.parse(given as never, { db, ctx })
  }
  const filter = parsed as BugFilter
  const impliesAll =
    filter.resolved !== undefined ||
    filter.sla?.values.some((state) => ['met', 'missed', 'paused'].includes(state))
  if (filter.status === undefined && defaults.status && !impliesAll)
    filter.status = { values: defaults.status, none: false, negate: false }
  return filter
}

/**
 * The filters in the user's own words, in the order of the flags; the default comes last. An empty list prints how many
 * rows each of them left.
 */
export function bugFilterWords(options: BugFilterOptions): FilterWords {
  const words: FilterWords = Object.fromEntries(
    givenFilters(options).map(([name, given]) => [
      name,
      typeof given === 'boolean' ? (given ? name : `no ${name}`) : `${name} ${[given].flat().join(',')}`,
    ]),
  )
  words['status'] ??= 'status open'
  return words
}

/** The names of the filters on the line, in the order of the table. */
export function givenBugFilters(options: BugFilterOptions): FilterName[] {
  return givenFilters(options).map(([name]) => name)
}

/** The filters on the line, in the order of the table. */
function givenFilters({ mine, ...options }: BugFilterOptions): [FilterName, string | string[] | boolean][] {
  const assignee = [...(options.assignee ?? []), ...(mine ? ['@me'] : [])]
  const all: BugFilterOptions = { ...options, ...(assignee.length > 0 && { assignee }) }
  return filterNames.flatMap((name) => {
    const given = all[name]
    return given === undefined ? [] : [[name, given]]
  })
}
