import type { Command } from 'commander'
import { getRuleByName, type RuleScope, type RuleValues } from '../../data/notify/rules.js'
import { getSecret, readSecret } from '../../data/secrets/secrets.js'
import { parseCondition } from '../../domain/delivery/condition.js'
import type { Db } from '../../engine/client.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { age } from '../../flags/age.js'
import { strayFilter } from '../../flags/delivery-filter.js'
import { addAnyFilters, anyScopeOf, type AnyScopeOptions } from '../../flags/scope.js'
import { sinceHelp } from '../../flags/moments.js'
import { choice, integerBetween } from '../../flags/options.js'
import { isBareAddress } from '../../notify/email.js'
import { fileRefusal } from '../../notify/file.js'
import { channels, groupings, type Channel, type Grouping } from '../../domain/delivery/notification.js'
import { encryptionKeys } from '../encryption-keys.js'

/** The flags of `create` and `update`. */
export interface RuleOptions extends Omit<AnyScopeOptions, 'asOf' | 'between'> {
  when?: string
  groupBy?: Grouping
  channel?: Channel
  to?: string
  targetSecret?: string
  secret?: string
  forRuns?: number
  /** Seconds. */
  repeat?: number
  inhibitedBy?: string
}

export function addRuleOptions(command: Command): Command {
  command
    .optionsGroup('What it watches:')
    .option(
      '--when <condition>',
      "'open.critical>0', as metrics check takes it; 'event pull_request.opened label=x'",
    )
    .option('--since <when>', `${sinceHelp} (default: 30d)`)
    .option(
      '--group-by <group>',
      `one alert for each ${groupings.slice(1).join(', ')}; none`,
      choice('group', groupings),
    )
    .option(
      '--for-runs <n>',
      'consecutive runs in which it must hold; 1 unless given',
      integerBetween(1, 1000),
    )
    .optionsGroup('Where messages go:')
    .option('--channel <channel>', channels.join(' | '), choice('channel', channels))
    .option('--to <target>', 'https://…; name@example.com; a file below CTO_NOTIFY_DIR')
    .option('--target-secret <secret>', 'the secret that holds the https address')
    .option('--secret <secret>', 'the secret that signs webhooks, whsec_… or any text; none: unsigned')
    .option('--repeat <age>', 'interval between messages while it fires; 4h unless given', age)
    .option('--inhibited-by <rule>', 'silent while this rule fires; none: never')
  return addAnyFilters(command)
}

/** What the options set; `before`: the rule that is changed. @throws UsageError, CtoError, NotFoundError */
export async function ruleValues(
  db: Db,
  ctx: Context,
  options: RuleOptions,
  before?: Pick<RuleValues, 'condition' | 'scope' | 'groupBy' | 'channel'>,
): Promise<Partial<RuleValues>> {
  const { when, groupBy, forRuns, repeat, inhibitedBy } = options
  const watched = watchedBy(options)
  await requireWatchable(db, ctx, {
    condition: when ?? before?.condition ?? '',
    groupBy: groupBy ?? before?.groupBy ?? 'none',
    scope: watched ?? before?.scope ?? {},
  })
  const target = await targetOf(db, ctx, options, before?.channel)
  return {
    ...(when !== undefined && { condition: when.trim() }),
    ...(groupBy !== undefined && { groupBy }),
    ...(forRuns !== undefined && { forRuns }),
    ...(repeat !== undefined && { repeatMinutes: Math.max(1, Math.round(repeat / 60)) }),
    ...(inhibitedBy !== undefined && {
      inhibitedById: inhibitedBy === 'none' ? null : (await getRuleByName(db, inhibitedBy)).id,
    }),
    ...target.values,
    ...((watched !== undefined || target.secretIsTarget !== undefined) && {
      scope: {
        ...(watched ?? watchedPart(before?.scope ?? {})),
        ...((target.secretIsTarget ?? before?.scope.secretIsTarget) && { secretIsTarget: true as const }),
      },
    }),
  }
}

function watchedPart({ secretIsTarget: _, ...scope }: RuleScope): RuleScope {
  return scope
}

/** The filters and the window, as they were given; undefined where no flag names any. */
function watchedBy(options: RuleOptions): RuleScope | undefined {
  const filters = filtersIn(options)
  const { since } = options
  if (Object.keys(filters).length === 0 && since === undefined) return undefined
  if (JSON.stringify(filters).includes('"@me"') || filters['mine'] === true)
    throw new UsageError('a rule cannot filter by @me', {
      hint: 'name the user: runs have users of their own',
    })
  return { ...(Object.keys(filters).length > 0 && { filters }), ...(since !== undefined && { since }) }
}

const ownOptions = [
  ...['when', 'since', 'groupBy', 'channel', 'to', 'targetSecret', 'secret'],
  ...['forRuns', 'repeat', 'inhibitedBy', 'enable', 'disable'],
]

function filtersIn(options: RuleOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !ownOptions.includes(name)))
}

/** Refuses what the condition cannot be watched with, before the rule is stored. */
async function requireWatchable(
  db: Db,
  ctx: Context,
  { condition: text, groupBy, scope }: Pick<RuleValues, 'condition' | 'groupBy' | 'scope'>,
): Promise<void> {
  const condition = parseCondition(text)
  if (condition.kind === 'event') {
    if ((scope.filters ?? scope.since) === undefined) return
    throw new UsageError('an event has no filters of metrics and no window', {
      hint: "filter in the condition: --when 'event bug.created severity=critical'",
    })
  }
  const { id } = condition.gate
  await anyScopeOf(db, ctx, { options: scopeOptions(scope), ids: [id] })
  if (groupBy === 'none') return
  if (groupBy === 'author' || strayFilter(id, [groupFilters[groupBy]]) !== undefined) {
    throw new UsageError(`${id} cannot be grouped by ${groupBy}`, { hint: '--group-by project, or none' })
  }
}

/** The filter that takes one group out of a metric. */
const groupFilters = { project: 'project', repository: 'repo', organization: 'org' } as const

/** The flags that a stored rule stands for. */
export function scopeOptions({ filters = {}, since }: RuleScope): AnyScopeOptions {
  return { ...filters, ...(since !== undefined && { since }) }
}

interface Target {
  values: Partial<RuleValues>
  /** Undefined: as before. */
  secretIsTarget?: boolean
}

async function targetOf(
  db: Db,
  ctx: Context,
  { channel, to, targetSecret, secret }: RuleOptions,
  before: Channel | undefined,
): Promise<Target> {
  const used = channel ?? before
  const chosen = channel === undefined ? {} : { channel }
  if (to !== undefined && targetSecret !== undefined)
    throw new UsageError('--to and --target-secret exclude each other')
  if (secret !== undefined && targetSecret !== undefined)
    throw new UsageError('--secret and --target-secret exclude each other', {
      reason: 'a rule has one secret',
    })
  if ((secret ?? targetSecret) !== undefined && used !== 'webhook')
    throw new UsageError('only a webhook has a secret')
  if (targetSecret !== undefined) {
    const { id } = await getSecret(db, { name: targetSecret, organizationId: null })
    const url = httpsUrl(ctx, await readSecret(db, id, encryptionKeys(ctx)), `the secret ${targetSecret}`)
    return { values: { ...chosen, target: url.origin, secretId: id }, secretIsTarget: true }
  }
  const signing =
    secret === undefined
      ? {}
      : {
          secretId:
            secret === 'none' ? null : (await getSecret(db, { name: secret, organizationId: null })).id,
        }
  if (used === 'stdout') return { values: { ...chosen, ...signing, ...(channel && { target: '-' }) } }
  if (to === undefined) {
    if (channel !== undefined && channel !== before)
      throw new UsageError(`the channel ${channel} needs a target`, {
        hint: '--to TARGET, or --target-secret NAME',
      })
    return { values: { ...chosen, ...signing } }
  }
  requireTarget(ctx, used, to)
  return { values: { ...chosen, target: to, ...signing }, secretIsTarget: false }
}

function requireTarget(ctx: Context, channel: Channel | undefined, to: string): void {
  if (channel === 'webhook') httpsUrl(ctx, to, `"${to}"`)
  else if (channel === 'email' && !isBareAddress(to)) {
    throw new CtoError('INVALID_VALUE', `not a bare address: "${to}"`, { hint: 'write name@example.com' })
  } else if (channel === 'file') {
    const refusal = fileRefusal(to, ctx.line.env['CTO_NOTIFY_DIR'])
    if (refusal === null) return
    throw new CtoError('NOT_PERMITTED', `messages cannot be written to "${to}"`, {
      reason: refusal,
      hint: 'export CTO_NOTIFY_DIR=/var/lib/cto',
    })
  }
}

/** http is for hosts that `CTO_NOTIFY_HOSTS` names; whether they are local is checked when a message is sent. */
function httpsUrl(ctx: Context, text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const hosts = innerHosts(ctx)
  const isNamed = url !== null && (hosts.includes(url.hostname) || hosts.includes(url.host))
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isNamed)))
    throw new CtoError('INVALID_VALUE', `${what} is not an https address`, {
      hint: 'write https://host/path',
    })
  if (url.username === '' && url.password === '') return url
  throw new CtoError('INVALID_VALUE', 'the address holds a password', {
    hint: 'cto secrets set NAME, then --target-secret NAME',
  })
}

/** Hosts that may have an address of the own network. */
export function innerHosts(ctx: Context): string[] {
  const names = (ctx.line.env['CTO_NOTIFY_HOSTS'] ?? '').split(',')
  return names.map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
}
