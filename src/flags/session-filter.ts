import type { Command } from 'commander'
import type { Context } from '../context.js'
import type { SessionFilter } from '../data/sessions/session-filter.js'
import type { ToolFilter } from '../data/sessions/tools.js'
import { getByName } from '../data/names.js'
import { sessionTypes, toolCategories, type SessionType, type ToolCategory } from '../domain/session.js'
import type { Window } from '../domain/time.js'
import type { Db } from '../engine/client.js'
import { UsageError } from '../errors.js'
import { betweenHelp, sinceHelp, windowAsked } from './moments.js'
import { list, words } from './options.js'
import { peopleNamed } from './people.js'
import { idFilterOf } from './value-filter.js'

/** Which sessions, by what they are. */
export interface SessionFilterOptions {
  user?: string[]
  project?: string[]
  type?: SessionType[]
  source?: string[]
  tag?: string[]
}

export function addSessionFilters(command: Command): Command {
  return command
    .optionsGroup('Filters (repeat or separate by commas):')
    .option('--user <users>', 'email, its local part, or @me; none for no user; a leading ! negates', list)
    .option('-p, --project <projects>', 'project name, prefix or URL; none; a leading ! negates', list)
    .option('--type <types>', sessionTypes.join(', '), words('session type', sessionTypes))
    .option('--source <sources>', 'claude-transcript, wakatime, …; none for sessions started by hand', list)
    .option('--tag <tags>', 'any of these tags of the session', list)
}

/** @throws NotFoundError, CtoError AMBIGUOUS, UsageError */
export async function sessionFilter(
  db: Db,
  ctx: Context,
  { user, project, type, source, tag }: SessionFilterOptions,
): Promise<SessionFilter> {
  return {
    user: await peopleNamed(db, ctx, user),
    project:
      project && (await idFilterOf(project, async (name) => (await getByName(db, 'project', name)).id)),
    type,
    source: source?.map((each) => (each === 'none' ? null : each)),
    tag,
  }
}

/** Which calls of tools. */
export interface ToolFilterOptions extends SessionFilterOptions {
  category?: ToolCategory[]
  since?: string
  between?: string
}

export function addToolFilters(command: Command): Command {
  return addSessionFilters(command)
    .option('--category <categories>', toolCategories.join(', '), words('category', toolCategories))
    .optionsGroup('When:')
    .option('--since <when>', `${sinceHelp} (default: 30d)`)
    .option('--between <days>', betweenHelp)
}

/** Without a flag for the time, the last 30 days. @throws as `sessionFilter`, CtoError INVALID_VALUE */
export async function toolFilter(db: Db, ctx: Context, options: ToolFilterOptions): Promise<ToolFilter> {
  return {
    sessions: await sessionFilter(db, ctx, options),
    category: options.category,
    used: await windowOf(ctx, options),
  }
}

/** A remark that names the time to which a list is limited without a flag. */
export function sayDefaultTime(ctx: Context, { since, between }: ToolFilterOptions): void {
  if (since === undefined && between === undefined)
    ctx.out.notice('used in the last 30 days; --since 1y for earlier ones')
}

function windowOf(ctx: Context, { since, between }: ToolFilterOptions): Promise<Window> {
  if (since !== undefined && between !== undefined)
    throw new UsageError('--between sets both ends: leave out --since')
  return windowAsked(ctx, between ?? (since === undefined ? '30d' : `${since}..`))
}
