import {
  bugHistoryList,
  historySortFields,
  newestFirst,
  oldestFirst,
  type BugHistoryFilter,
} from '../../data/bugs/bug-history.js'
import { getBugIds } from '../../data/bugs/bug-names.js'
import type { Db } from '../../engine/client.js'
import type { Window } from '../../domain/time.js'
import { UsageError } from '../../errors.js'
import { betweenHelp, sinceHelp, startAsked, windowAsked } from '../../flags/moments.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { list } from '../../flags/options.js'
import { bugChangeView } from '../../views/bug-history.js'
import { sayPruned } from './pruned-changes.js'
import type { CommandDefinition } from '../definition.js'

interface HistoryOptions extends ListOptions {
  since?: string
  between?: string
  by?: string[]
  field?: string[]
}

export const bugsHistoryCommand: CommandDefinition = {
  name: 'history',
  description: 'Show who changed what, when: of some bugs from the beginning, of all the newest first',
  effect: 'reads',
  output: { list: bugChangeView },
  exitCodes: [3, 8],
  examples: [
    ['cto bugs history BUG-1001', 'the life of one bug'],
    ['cto bugs history --since 7d', 'what happened this week'],
    ['cto bugs history --since 1d --field status --by ada --json', 'what Ada moved, for a program'],
  ],
  parameters: (command) => {
    command
      .argument('[bugs...]', 'numbers, keys, URLs or ids; all unless given')
      .optionsGroup('Filters:')
      .option('--since <when>', sinceHelp)
      .option('--between <days>', betweenHelp)
      .option('--by <users>', 'who changed it', list)
      .option('--field <list>', 'JSON field names, as status,severity', list)
    addListOptions(command, historySortFields)
  },
  run: showHistory,
}

async function showHistory(ctx: Context, names: readonly string[], options: HistoryOptions): Promise<void> {
  if (options.since !== undefined && options.between !== undefined) {
    throw new UsageError('--since and --between exclude each other', { hint: 'name one of them' })
  }
  const changed = await windowOf(ctx, options)
  await ctx.out.list(bugChangeView, options, async (db) => {
    await sayPruned(ctx, db, changed?.from)
    const filter = { ...(await filterOf(db, ctx, names, options)), changed }
    return bugHistoryList(filter, names.length > 0 ? oldestFirst : newestFirst)
  })
}

async function windowOf(ctx: Context, { since, between }: HistoryOptions): Promise<Window | undefined> {
  if (between !== undefined) return windowAsked(ctx, between)
  return since === undefined ? undefined : { from: await startAsked(ctx, since), to: null }
}

async function filterOf(
  db: Db,
  ctx: Context,
  names: readonly string[],
  { by, field }: HistoryOptions,
): Promise<BugHistoryFilter> {
  const people: string[] = []
  for (const name of by ?? []) people.push(await personNamed(db, ctx, name))
  const bugs = names.length > 0 ? await getBugIds(db, names) : undefined
  return { bugs, by: by && people, fields: field }
}
