import { severities, type BugSeverity } from '../../domain/bug.js'
import { botLogins, noBots } from '../../domain/delivery/bot-logins.js'
import { parseDecimal, parseMoney } from '../../domain/money.js'
import { prunable, type Prunable, type RetentionSetting } from '../../domain/prunable.js'
import { defaultSlaPolicy } from '../../domain/sla.js'
import { CtoError } from '../../errors.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { refreshAround } from '../delivery/refresh-anchors.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { formerHoursKey, getSlaPolicy } from './sla-policy.js'

/** How a setting that all users of the database share is read and listed. */
interface SharedSetting {
  description: string
  fallback: string | number
  /** @throws CtoError INVALID_VALUE */
  parse(text: string): string | number
  /** What a change of it does to what is stored; absent: nothing that needs saying. */
  effect?: (value: string | number) => string
}

export type SharedName =
  | 'currency'
  | 'hourlyRate'
  | 'delivery.people'
  | 'delivery.bots'
  | RetentionSetting
  | `slaHours.${BugSeverity}`

export const sharedSettings: Readonly<Record<SharedName, SharedSetting>> = {
  currency: {
    description: 'currency of every amount: three letters, as EUR; amounts are not converted',
    fallback: 'USD',
    parse: (text) => {
      const code = text.trim().toUpperCase()
      if (/^[A-Z]{3}$/.test(code)) return code
      throw new CtoError('INVALID_VALUE', `not a currency: "${text}"`, {
        hint: 'write three letters, as EUR',
      })
    },
  },
  hourlyRate: {
    description: 'cost of an hour of engineering; stored months keep the rate of their time',
    fallback: '100.00',
    parse: (text) => parseMoney(text, { digits: 14 }),
  },
  'delivery.people': {
    description: 'on or off: whether metrics show and store figures about one person',
    fallback: 'on',
    parse: (text) => {
      const word = text.trim().toLowerCase()
      if (word === 'on' || word === 'off') return word
      throw new CtoError('INVALID_VALUE', `neither on nor off: "${text}"`, { hint: 'write on or off' })
    },
  },
  'delivery.bots': {
    description: 'logins and e-mail addresses that are bots beside those that GitHub marks, or none',
    fallback: noBots,
    parse: (text) => botLogins(text).join(', ') || noBots,
    effect: () => 'responses were computed again; days that are stored keep their figures',
  },
  'retention.audit': retentionOf('audit', 'rows of the audit log and the log of notifications'),
  'retention.history': retentionOf('history', 'overtaken changes of resolved bugs'),
  'retention.events': retentionOf('events', 'events by the time of receipt'),
  'retention.commits': retentionOf('commits', 'commits of repositories, but those that are deployed'),
  'retention.sessions': retentionOf('sessions', 'single events of sessions, whose sums stay'),
  'slaHours.critical': slaHoursOf('critical'),
  'slaHours.high': slaHoursOf('high'),
  'slaHours.medium': slaHoursOf('medium'),
  'slaHours.low': slaHoursOf('low'),
}

function slaHoursOf(severity: BugSeverity): SharedSetting {
  return {
    description: `SLA hours of ${severity} bugs; a change applies to bugs created or reclassified after it`,
    fallback: defaultSlaPolicy.hours[severity],
    parse: parseHours,
    effect: (hours) =>
      `bugs that are created ${severity}, or become it, from now on get ${hours} h; the others keep their hours`,
  }
}

function retentionOf(kind: Prunable, what: string): SharedSetting {
  return {
    description: `age at which cto db prune deletes ${what}, as 730d; never keeps them`,
    fallback: 'never',
    parse: (text) => parseRetention(text, prunable[kind].leastDays),
  }
}

function parseRetention(text: string, leastDays: number): string {
  const [, days] = /^(\d{1,5})d$/.exec(text.trim().toLowerCase()) ?? []
  if (text.trim().toLowerCase() === 'never') return 'never'
  if (days !== undefined && Number(days) >= leastDays) return `${Number(days)}d`
  throw new CtoError('INVALID_VALUE', `not an age to delete at: "${text}"`, {
    hint: `write days, at least ${leastDays}d, or never`,
  })
}

function parseHours(text: string): number {
  const hours = Number(parseDecimal(text, { digits: 6, fraction: 0 }))
  if (hours > 0) return hours
  throw new CtoError('INVALID_VALUE', 'an SLA has at least one hour', { hint: 'write whole hours, as 12' })
}

export const sharedNames = Object.keys(sharedSettings) as SharedName[]

export function isShared(name: string): name is SharedName {
  return Object.hasOwn(sharedSettings, name)
}

/** What of hours of work is money. */
export interface MoneyTerms {
  /** Cost of an hour of engineering. */
  hourlyRate: string
  /** ISO 4217. */
  currency: string
}

/** @throws CtoError INVALID_VALUE for an invalid stored value */
export async function getMoneyTerms(db: Db): Promise<MoneyTerms> {
  const { hourlyRate, currency } = await readShared(db, ['hourlyRate', 'currency'])
  return { hourlyRate: String(hourlyRate), currency: String(currency) }
}

/** Stored values, else defaults. @throws CtoError INVALID_VALUE for an invalid stored value */
export async function getSharedSettings(db: Db): Promise<Record<SharedName, string | number>> {
  return readShared(db, sharedNames)
}

async function readShared<Name extends SharedName>(
  db: Db,
  names: readonly Name[],
): Promise<Record<Name, string | number>> {
  const rows = await db.$queryRaw<{ key: string; value: string | null }[]>`
    SELECT key, value #>> '{}' AS value FROM settings WHERE key = ANY(${[...names]}::text[])`
  const stored = new Map(rows.map(({ key, value }) => [key, value]))
  const values = names.map((name) => {
    const { fallback, parse } = sharedSettings[name]
    const value = stored.get(name) ?? null
    return [name, value === null ? fallback : parse(value)] as const
  })
  return Object.fromEntries(values) as Record<Name, string | number>
}

interface SetShared {
  name: SharedName
  value: string | number
  actor: Actor
}

/** Stores a setting for all users of the database, and its audit row; false where it has this value already. */
export async function setSharedSetting(tx: Db, { name, value, actor }: SetShared): Promise<boolean> {
  const before = (await getSharedSettings(tx))[name]
  const severity = severities.find((each) => name === `slaHours.${each}`)
  if (severity && before !== value) await keepFormerHours(tx, severity)
  if (!(await store(tx, name, value))) return false
  if (name === 'delivery.bots') await refreshBots(tx, [before, value].map(String))
  const details = { changes: { [name]: [before, value] } }
  await recordAudit(tx, actor, [{ action: 'config.set', entityType: 'database', entityId: null, details }])
  return true
}

/** What accounts that became a bot, or are no longer one, wrote and responded to. */
async function refreshBots(tx: Db, [before = '', after = '']: readonly string[]): Promise<void> {
  const [former, present] = [botLogins(before), botLogins(after)]
  const changed = [
    ...former.filter((login) => !present.includes(login)),
    ...present.filter((login) => !former.includes(login)),
  ]
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM accounts WHERE lower(login) = ANY(${changed}::text[]) OR email = ANY(${changed}::text[])`
  await refreshAround(
    tx,
    rows.map(({ id }) => id),
  )
}

/** A bug that got its hours before the change must still follow its severity. */
async function keepFormerHours(tx: Db, severity: BugSeverity): Promise<void> {
  const { hours, former } = await getSlaPolicy(tx)
  await store(tx, formerHoursKey, {
    ...former,
    [severity]: [...new Set([...(former[severity] ?? []), hours[severity]])],
  })
}

/** False where the value is stored already. */
async function store(tx: Db, key: string, value: unknown): Promise<boolean> {
  const written = await tx.$executeRaw`
    INSERT INTO settings (key, value) VALUES (${key}, ${JSON.stringify(value)}::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE settings.value IS DISTINCT FROM EXCLUDED.value`
  return written > 0
}

/** The currency, for statements that need it in the same round trip. */
export const currencySetting = Prisma.sql`
  coalesce((SELECT value #>> '{}' FROM settings WHERE key = 'currency'), ${sharedSettings.currency.fallback})`
