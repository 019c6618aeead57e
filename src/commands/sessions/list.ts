import { sessionList, sessionSortFields } from '../../data/sessions/sessions.js'
import type { FilterWords } from '../../engine/list.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { periodHelp, windowAsked } from '../../flags/moments.js'
import { addSessionFilters, sessionFilter, type SessionFilterOptions } from '../../flags/session-filter.js'
import type { Context } from '../../context.js'
import { sessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions, SessionFilterOptions {
  started?: string
  running?: boolean
}

export const sessionsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List working sessions, the newest first',
  effect: 'reads',
  output: { list: sessionView },
  exitCodes: [3, 8],
  examples: [
    ['cto sessions list --user @me --started 7d', 'what you did this week'],
    ['cto sessions list --running', 'who is at work'],
    ['cto sessions list --source claude-transcript --sort totalDurationMs:desc', 'the longest of a tool'],
  ],
  parameters: (command) => {
    addSessionFilters(command)
      .option('--started <when>', periodHelp)
      .option('--running', 'only those that have not ended')
      .option('--no-running', 'only those that have ended')
    addListOptions(command, sessionSortFields)
  },
  run: listSessions,
}

async function listSessions(ctx: Context, options: Options): Promise<void> {
  const { started, running } = options
  await ctx.out.list(sessionView, options, async (db) => {
    const filter = {
      ...(await sessionFilter(db, ctx, options)),
      started: started === undefined ? undefined : await windowAsked(ctx, started),
      running,
    }
    return sessionList(filter, filterWords(options))
  })
}

/** In the user's own words. */
function filterWords({ user, project, type, source, tag, started, running }: Options): FilterWords {
  const lists = { user, project, type, source, tag, started }
  const words = Object.entries(lists).flatMap(([name, given]) =>
    given === undefined ? [] : [[name, `${name} ${[given].flat().join(',')}`]],
  )
  return {
    ...(Object.fromEntries(words) as FilterWords),
    ...(running !== undefined && { running: running ? 'running' : 'no running' }),
  }
}
