import type { Context } from '../context.js'
import type { BugFilter, ValueFilter } from '../data/bugs/bug-filter.js'
import { getByName } from '../data/names.js'
import {
  openStatuses,
  resolvedStatuses,
  severities,
  statuses,
  unresolvedStatuses,
  type BugStatus,
} from '../domain/bug.js'
import { slaStates } from '../domain/sla.js'
import type { Db } from '../engine/client.js'
import { valueFilterOf, idFilterOf } from './value-filter.js'
import { periodHelp, windowAsked } from './moments.js'
import { word } from './options.js'
import { personNamed } from './people.js'

interface Filter {
  /** As commander declares the flag. */
  flags: string
  help: string
  /** Examples for `cto help filters`, each with its meaning. */
  topic?: readonly (readonly [example: string, meaning: string])[]
}

interface Source {
  db: Db
  ctx: Context
}

/** Repeats, splits at commas, can be negated. */
interface ListFilter<T> extends Filter {
  kind: 'list'
  /** The valid words, where they are known. */
  words?: readonly string[]
  parse(given: readonly string[], source: Source): ValueFilter<T> | Promise<ValueFilter<T>>
}

interface TextFilter<Value> extends Filter {
  kind: 'text'
  parse(given: string, source: Source): Value | Promise<Value>
}

interface SwitchFilter extends Filter {
  kind: 'switch'
  /** The flag for the others. */
  negation?: Pick<Filter, 'flags' | 'help'>
}

type FilterOf<Value> =
  NonNullable<Value> extends ValueFilter<infer T>
    ? ListFilter<T>
    : NonNullable<Value> extends boolean
      ? SwitchFilter
      : TextFilter<NonNullable<Value>>

const statusGroups: Record<string, readonly BugStatus[]> = {
  open: openStatuses,
  unresolved: unresolvedStatuses,
  resolved: resolvedStatuses,
  all: statuses,
}

const statusWords = [...statuses, ...Object.keys(statusGroups)]

/**
 * Every filter of bugs, in the order of help. Flags, `--where`, `cto help filters` and the summary of an empty list
 * are built from this table.
 */
export const filters: { [Name in keyof BugFilter]-?: FilterOf<BugFilter[Name]> } & { mine: SwitchFilter } = {
  severity: {
    kind: 'list',
    flags: '-s, --severity <severities>',
    help: severities.join(', '),
    words: severities,
    topic: [
      ['--severity critical,high', 'one of these'],
      ["--severity '!low'", 'a leading ! negates the whole list'],
    ],
    parse: (given) => valueFilterOf('severity', given, (value) => [word('severity', severities, value)]),
  },
  status: {
    kind: 'list',
    flags: '--status <statuses>',
    help: statusWords.join(', '),
    words: statusWords,
    topic: [['--status open', `or ${Object.keys(statusGroups).slice(1).join(', ')}, or one of the six`]],
    parse: (given) =>
      valueFilterOf(
        'status',
        given,
        (value) => statusGroups[value.toLowerCase()] ?? [word('status', statusWords as BugStatus[], value)],
      ),
  },
  project: {
    kind: 'list',
    flags: '-p, --project <projects>',
    help: 'project name, prefix or URL',
    parse: (given, { db }) => idFilterOf(given, async (name) => (await getByName(db, 'project', name)).id),
  },
  assignee: {
    kind: 'list',
    flags: '-a, --assignee <users>',
    help: 'email, its local part, or @me',
    topic: [
      ['--assignee none', 'unset'],
      [
        '--assignee @me',
        "the acting user: --as, CTO_USER, the setting user, or git's user.email (--mine is the same)",
      ],
    ],
    parse: (given, { db, ctx }) => idFilterOf(given, (name) => personNamed(db, ctx, name)),
  },
  creator: {
    kind: 'list',
    flags: '--creator <users>',
    help: 'who reported it',
    parse: (given, { db, ctx }) => idFilterOf(given, (name) => personNamed(db, ctx, name)),
  },
  tag: {
    kind: 'list',
    flags: '--tag <tags>',
    help: 'tag of the project',
    topic: [['--tag mobile', "tag of the bug's project"]],
    parse: (given) => valueFilterOf('tag', given, (value) => [value]),
  },
  // Short for an assignee, who is added below.
  mine: { kind: 'switch', flags: '--mine', help: 'assigned to me' },
  blocker: { kind: 'switch', flags: '--blocker', help: 'only blockers' },
  label: {
    kind: 'list',
    flags: '--label <labels>',
    help: 'label of the bug',
    topic: [['--label backend,mobile', 'one of these labels; none: without any']],
    parse: (given) => valueFilterOf('label', given, (value) => [value]),
  },
  duplicate: {
    kind: 'switch',
    flags: '--duplicate',
    help: 'only duplicates of other bugs',
    negation: { flags: '--no-duplicate', help: 'no duplicates of other bugs' },
  },
  sla: {
    kind: 'list',
    flags: '--sla <states>',
    help: slaStates.join(', '),
    words: slaStates,
    topic: [['--sla at_risk,breached', slaStates.join(', ')]],
    parse: (given) => valueFilterOf('SLA state', given, (value) => [word('SLA state', slaStates, value)]),
  },
  created: {
    kind: 'text',
    flags: '--created <when>',
    help: periodHelp,
    topic: [
      [
        '--created 7d',
        'or 6mo, 1y, monday, 2026-01, 2026-Q1, 2026-01-31, 2026-01-31..2026-02-28 (both included, in --tz)',
      ],
    ],
    parse: (given, { ctx }) => windowAsked(ctx, given),
  },
  updated: {
    kind: 'text',
    flags: '--updated <when>',
    help: 'likewise',
    parse: (given, { ctx }) => windowAsked(ctx, given),
  },
  resolved: {
    kind: 'text',
    flags: '--resolved <when>',
    help: 'likewise',
    parse: (given, { ctx }) => windowAsked(ctx, given),
  },
  text: {
    kind: 'text',
    flags: '--text <words>',
    help: 'in title or description',
    topic: [['--text "check out"', 'in title or description']],
    parse: (given) => given,
  },
}

export type FilterName = keyof typeof filters
type Given<F extends Filter> = F extends { kind: 'list' }
  ? string[]
  : F extends { kind: 'text' }
    ? string
    : boolean

/** The filter flags as they stand on the line; `bugs list`, `bugs stats` and `metrics` share them. */
export type BugFilterOptions = { [Name in FilterName]?: Given<(typeof filters)[Name]> }

export const filterNames = Object.keys(filters) as FilterName[]

/** The filters by what they take, for `--where` and help. */
export function filterNamesOf(kind: 'list' | 'text' | 'switch'): FilterName[] {
  return filterNames.filter((name) => filters[name].kind === kind)
}

/** Examples of filters, each with its meaning. */
export function filterExamples(): readonly (readonly [example: string, meaning: string])[] {
  return filterNames.flatMap((name) => filters[name].topic ?? [])
}
