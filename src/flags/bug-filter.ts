import type { Command } from 'commander'
import {
  openStatuses,
  resolvedStatuses,
  severities,
  statuses,
  unresolvedStatuses,
  type BugStatus,
} from '../domain/bug.js'
import { slaStates } from '../domain/sla.js'
import type { Window } from '../domain/time.js'
import { CtoError, UsageError } from '../errors.js'
import type { BugFilter, Choice } from '../data/bugs/bug-filter.js'
import type { Db } from '../engine/client.js'
import type { FilterWords } from '../engine/list.js'
import { getProjectByName, getUserByName } from '../data/names.js'
import type { Context } from '../context.js'
import { list, listOf, word } from './options.js'

/** The filter flags as they stood on the line; `bugs list`, `bugs stats` and `metrics` share them. */
export interface BugFilterOptions {
  severity?: string[]
  status?: string[]
  project?: string[]
  assignee?: string[]
  creator?: string[]
  tag?: string[]
  mine?: true
  blocker?: true
  sla?: string[]
  created?: string
  updated?: string
  resolved?: string
  text?: string
}

export function addBugFilters(command: Command): Command {
  return command
    .optionsGroup('Filters (repeat or separate by commas; a leading ! negates; none means unset):')
    .option('-s, --severity <severities>', severities.join(', '), listOf(severities))
    .option(
      '--status <statuses>',
      `${statuses.join(', ')}, open, unresolved, resolved, all`,
      listOf([...statuses, 'open', 'unresolved', 'resolved', 'all']),
    )
    .option('-p, --project <projects>', 'project name, prefix or URL', list)
    .option('-a, --assignee <users>', 'email, its local part, or @me', list)
    .option('--creator <users>', 'who reported it', list)
    .option('--tag <tags>', 'tag of the project', list)
    .option('--mine', 'assigned to me')
    .option('--blocker', 'only blockers')
    .option('--sla <states>', slaStates.join(', '), listOf(slaStates))
    .option('--created <when>', '7d, 2w, 2026-01-31, 2026-01-01..2026-02-01')
    .option('--updated <when>', 'likewise')
    .option('--resolved <when>', 'likewise')
    .option('--text <words>', 'in title or description')
}

interface DefaultStatus {
  /** Used unless something on the line speaks of statuses. */
  status: readonly BugStatus[] | null
}

/**
 * The filter that the flags mean. Without `--status` the default applies, unless `--resolved` or an SLA state of
 * resolved or paused bugs asks for others.
 *
 * @throws NotFoundError, CtoError AMBIGUOUS or INVALID_VALUE, UsageError
 */
export async function bugFilter(
  db: Db,
  ctx: Context,
  options: BugFilterOptions,
  defaults: DefaultStatus = { status: openStatuses },
): Promise<BugFilter> {
  const assignee = [...(options.assignee ?? []), ...(options.mine ? ['@me'] : [])]
  const sla =
    options.sla && choiceOf('SLA state', options.sla, (value) => [word('SLA state', slaStates, value)])
  const impliesAll =
    options.resolved !== undefined || sla?.values.some((state) => ['met', 'missed', 'paused'].includes(state))
  return {
    severity:
      options.severity &&
      choiceOf('severity', options.severity, (value) => [word('severity', severities, value)]),
    status: options.status
      ? choiceOf('status', options.status, statusesOf)
      : defaults.status && !impliesAll
        ? { values: defaults.status, none: false, negate: false }
        : undefined,
    project: await resolved(options.project, async (name) => (await getProjectByName(db, name)).id),
    assignee: await peopleNamed(db, ctx, assignee.length > 0 ? assignee : undefined),
    creator: await peopleNamed(db, ctx, options.creator),
    tag: options.tag && choiceOf('tag', options.tag, (value) => [value]),
    blocker: options.blocker,
    sla,
    created: await windowOf(ctx, options.created),
    updated: await windowOf(ctx, options.updated),
    resolved: await windowOf(ctx, options.resolved),
    text: options.text,
  }
}

/**
 * The filters in the user's own words, in the order of the flags; what applies by default comes last. Where nothing
 * is left, they tell which of them left nothing.
 */
export function bugFilterWords(options: BugFilterOptions): FilterWords {
  const { assignee = [], mine, blocker, ...given } = options
  const people = [...assignee, ...(mine ? ['@me'] : [])]
  const words: FilterWords = {}
  const say = (name: keyof BugFilter, value: string | readonly string[] | undefined) => {
    if (value !== undefined && value.length > 0) words[name] = `${name} ${[value].flat().join(',')}`
  }
  say('severity', given.severity)
  say('status', given.status)
  say('project', given.project)
  say('assignee', people)
  say('creator', given.creator)
  say('tag', given.tag)
  if (blocker) words['blocker'] = 'blocker'
  for (const name of ['sla', 'created', 'updated', 'resolved', 'text'] as const) say(name, given[name])
  words['status'] ??= 'status open'
  return words
}

/** The calendar library is loaded only for those who ask for dates. */
export async function windowOf(ctx: Context, text: string | undefined): Promise<Window | undefined> {
  if (text === undefined) return undefined
  const { parseWindow } = await import('../domain/time.js')
  return parseWindow(text, { now: ctx.now(), zone: ctx.line.zone })
}

/** The ids of people, as the value of a filter flag names them. */
export function peopleNamed(
  db: Db,
  ctx: Context,
  given: readonly string[] | undefined,
): Promise<Choice<string> | undefined> {
  return resolved(given, (name) => personNamed(db, ctx, name))
}

/** The id of a person, `@me` too. @throws NotFoundError, CtoError AMBIGUOUS or NOT_CONFIGURED */
export async function personNamed(db: Db, ctx: Context, name: string): Promise<string> {
  return name === '@me' ? me(db, ctx) : (await getUserByName(db, name)).id
}

/** The id of the acting user. @throws CtoError NOT_CONFIGURED without one */
export async function me(db: Db, ctx: Context): Promise<string> {
  const { userId } = await ctx.db.actor(db)
  if (userId !== null) return userId
  throw new CtoError('NOT_CONFIGURED', 'nobody is known as @me', {
    hint: 'name yourself with --as you@example.com or CTO_USER',
  })
}

function statusesOf(value: string): readonly BugStatus[] {
  const groups: Record<string, readonly BugStatus[]> = {
    open: openStatuses,
    unresolved: unresolvedStatuses,
    resolved: resolvedStatuses,
    all: statuses,
  }
  return (
    groups[value.toLowerCase()] ?? [
      word('status', [...statuses, ...(Object.keys(groups) as BugStatus[])], value),
    ]
  )
}

/** `!a,b` negates the whole list; `none` stands beside the values. */
function choiceOf<T extends string>(
  what: string,
  given: readonly string[],
  parse: (value: string) => readonly T[],
): Choice<T> {
  const negate = given[0]?.startsWith('!') ?? false
  const names = given.map((value, i) => (i === 0 && negate ? value.slice(1) : value))
  const stray = names.find((name) => name.startsWith('!'))
  if (stray !== undefined) {
    throw new UsageError(`"${stray}": a ! stands once, before the whole list of ${what} values`)
  }
  const none = names.some((name) => name.toLowerCase() === 'none')
  return { values: names.filter((name) => name.toLowerCase() !== 'none').flatMap(parse), none, negate }
}

async function resolved(
  given: readonly string[] | undefined,
  find: (name: string) => Promise<string>,
): Promise<Choice<string> | undefined> {
  if (given === undefined) return undefined
  const { values, none, negate } = choiceOf('', given, (value) => [value])
  // One after the other: they share a connection, and the first unknown name is the one to report.
  const ids: string[] = []
  for (const name of values) ids.push(await find(name))
  return { values: ids, none, negate }
}
