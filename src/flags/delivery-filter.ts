import type { Command } from 'commander'
import type { Context } from '../context.js'
import type { ValueFilter } from '../data/bugs/bug-filter.js'
import type { DeliveryFilter } from '../data/delivery/delivery-filter.js'
import { getAuthorIds, getOrganizationId, getRepositoryId } from '../data/delivery/delivery-names.js'
import { requireFiguresOfPeople } from '../data/delivery/people-setting.js'
import { getByName } from '../data/names.js'
import {
  botChoices,
  deliveryFilterNames,
  filtersOfSample,
  isListFilter,
  pullStates,
  type BotChoice,
  type DeliveryFilterName,
  type ListFilterName,
} from '../domain/delivery/filters.js'
import { isDeliverySample, isOfSessions, metricOf, type MetricId } from '../domain/metric.js'
import type { Db } from '../engine/client.js'
import { UsageError } from '../errors.js'
import { periodHelp, windowAsked } from './moments.js'
import { choice, list, listOf, word } from './options.js'
import { personNamed } from './people.js'
import { idFilterOf, valueFilterOf } from './value-filter.js'

/** The filter flags of delivery metrics as they stand on the line. */
export type DeliveryFilterOptions = Partial<Record<ListFilterName, string[] | undefined>> & {
  opened?: string | undefined
  merged?: string | undefined
  bots?: BotChoice | undefined
}

const flags: Readonly<Record<Exclude<DeliveryFilterName, 'bots'>, readonly [flags: string, help: string]>> = {
  org: ['--org <organizations>', 'organization of the repository'],
  repo: ['--repo <repositories>', 'repository: owner/name, or its name alone'],
  project: ['-p, --project <projects>', 'project of the repository'],
  author: ['--author <authors>', 'who wrote it: login, e-mail address, user, or @me'],
  label: ['--label <labels>', 'label of the pull request or issue'],
  base: ['--base <branches>', 'branch into which the pull request goes'],
  state: ['--state <states>', 'state'],
  environment: ['--environment <environments>', 'instead of the production environments of each repository'],
  service: ['--service <services>', 'service that was deployed'],
  opened: ['--opened <when>', `when it was opened: ${periodHelp}`],
  merged: ['--merged <when>', 'when the pull request was merged, likewise'],
}

/** Flags that filters of bugs have too: a command that takes both declares them once. */
const sharedFilterNames = ['project', 'label'] as const satisfies readonly DeliveryFilterName[]

/** The filters of delivery metrics; where the filters of bugs are declared too, without the names that both have. */
export function addDeliveryFilters(
  command: Command,
  {
    besideBugs = false,
    only = deliveryFilterNames,
    states = pullStates,
  }: { besideBugs?: boolean; only?: readonly DeliveryFilterName[]; states?: readonly string[] } = {},
): Command {
  const what = only === deliveryFilterNames ? 'Filters of delivery metrics' : 'Filters'
  command.optionsGroup(`${what} (repeat or separate by commas; a leading ! negates):`)
  for (const name of Object.keys(flags) as (keyof typeof flags)[]) {
    if (!only.includes(name) || (besideBugs && isSharedFilter(name))) continue
    const [flag, help] = flags[name]
    if (name === 'state')
      command.option(flag, `${help}: ${[...states, anyState].join(', ')}`, listOf([...states, anyState]))
    else if (isListFilter(name)) command.option(flag, help, list)
    else command.option(flag, help)
  }
  if (!only.includes('bots')) return command
  return command.option(
    '--bots <choice>',
    `what bots wrote: ${botChoices.join(', ')} (default: exclude)`,
    choice('choice', botChoices),
  )
}

/** @throws NotFoundError, CtoError AMBIGUOUS, NOT_PERMITTED where figures about people are off */
export async function deliveryFilter(
  db: Db,
  ctx: Context,
  options: DeliveryFilterOptions,
  states: readonly string[] = pullStates,
): Promise<DeliveryFilter> {
  const { org, repo, project, author, label, base, state, environment, service, opened, merged, bots } =
    options
  if (author !== undefined) await requireFiguresOfPeople(db, '--author')
  return {
    org: org && (await idFilterOf(org, (name) => getOrganizationId(db, name))),
    repo: repo && (await idFilterOf(repo, (name) => getRepositoryId(db, name))),
    project:
      project && (await idFilterOf(project, async (name) => (await getByName(db, 'project', name)).id)),
    author: author && (await authorsNamed(db, ctx, author)),
    label: label && wordsOf('label', label),
    base: base && wordsOf('branch', base),
    state: state && valueFilterOf('state', state, (value) => statesNamed(value, states)),
    environment: environment && wordsOf('environment', environment),
    service: service && wordsOf('service', service),
    opened: opened === undefined ? undefined : await windowAsked(ctx, opened),
    merged: merged === undefined ? undefined : await windowAsked(ctx, merged),
    bots,
  }
}

/** The word that names every state. */
export const anyState = 'all'

/** The states that a word of `--state` names. @throws CtoError INVALID_VALUE */
export function statesNamed<State extends string>(value: string, states: readonly State[]): readonly State[] {
  const named = word('state', [...states, anyState], value)
  return named === anyState ? states : [named]
}

async function authorsNamed(db: Db, ctx: Context, given: readonly string[]): Promise<ValueFilter<string>> {
  const { values, none, negate } = wordsOf('author', given)
  const ids: string[] = []
  for (const name of values) {
    const named = name === '@me' ? await personNamed(db, ctx, name) : name
    const found = await getAuthorIds(db, named)
    if (found.length === 0) await sayUnlinked(db, ctx, named)
    ids.push(...found)
  }
  return { values: ids, none, negate }
}

/** A user is the author of what linked accounts did; without one the filter finds nothing, which looks as if nothing had been done. */
async function sayUnlinked(db: Db, ctx: Context, user: string): Promise<void> {
  const { name: email } = await getByName(db, 'user', user)
  ctx.out.notice(
    `no account is linked to ${email}, so --author matches nothing of this user: cto users link ${email} LOGIN`,
  )
}

function wordsOf(what: string, given: readonly string[]): ValueFilter<string> {
  return valueFilterOf(what, given, (value) => [value])
}

/** The filters of delivery on the line, in the order of help. */
export function givenDeliveryFilters(options: DeliveryFilterOptions): DeliveryFilterName[] {
  return deliveryFilterNames.filter((name) => options[name] !== undefined)
}

/** The given filters as the user wrote them: `org acme repo web`. */
export function deliveryWords(options: DeliveryFilterOptions): string {
  return givenDeliveryFilters(options)
    .map((name) => `${name} ${String(options[name])}`)
    .join(' ')
}

/** The first of the given filters that has no meaning for the metric. */
export function strayFilter(
  id: MetricId,
  given: readonly DeliveryFilterName[],
): DeliveryFilterName | undefined {
  const { sample } = metricOf(id)
  if (isOfSessions(id)) return given.find((name) => name !== 'project')
  if (!isDeliverySample(sample)) return given.find((name) => !isSharedFilter(name))
  return given.find((name) => !filtersOfSample[sample].includes(name))
}

/** Whether a filter has a meaning for bugs and for repositories. */
export function isSharedFilter(name: string): boolean {
  return (sharedFilterNames as readonly string[]).includes(name)
}

/** A filter that has no meaning for one of the metrics would change nothing, silently. @throws UsageError */
export function requireFilters(
  ids: readonly MetricId[],
  { bugs, delivery }: { bugs: readonly string[]; delivery: readonly DeliveryFilterName[] },
): void {
  for (const id of ids) {
    const ofBugs = isOfSessions(id)
      ? bugs.find((name) => name !== 'project')
      : isDeliverySample(metricOf(id).sample)
        ? bugs.find((name) => !isSharedFilter(name))
        : undefined
    const stray = ofBugs ?? strayFilter(id, delivery)
    if (stray === undefined) continue
    throw new UsageError(`--${stray} is not a filter of ${id}`, {
      hint:
        ofBugs === undefined
          ? `leave --${stray} out`
          : `it narrows bugs; ${id} takes ${isOfSessions(id) ? '--project' : '--org, --repo, --project'}`,
    })
  }
}
