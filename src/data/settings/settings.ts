import { parseMoney } from '../../domain/money.js'
import { CtoError } from '../../errors.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'

/** Settings that all users of the database share. */
export interface SharedSettings {
  /** Cost of an hour of engineering. */
  hourlyRate: string
  /** ISO 4217. */
  currency: string
}

const defaults: SharedSettings = { hourlyRate: '100.00', currency: 'USD' }

/** Stored values, else defaults. @throws CtoError INVALID_VALUE for a rate that is not an amount of money */
export async function getSettings(db: Db): Promise<SharedSettings> {
  const rows = await db.$queryRaw<{ key: string; value: string | null }[]>`
    SELECT key, value #>> '{}' AS value FROM settings WHERE key = ANY(${Object.keys(defaults)}::text[])`
  const stored = Object.fromEntries(rows.map(({ key, value }) => [key, value ?? undefined]))
  return {
    hourlyRate: parseMoney(stored['hourlyRate'] ?? defaults.hourlyRate, { digits: 14 }),
    currency: stored['currency'] ?? defaults.currency,
  }
}

/** How a shared setting is read and listed. */
interface SharedSetting {
  description: string
  /** @throws CtoError INVALID_VALUE */
  parse(text: string): string
}

export const sharedSettings: Readonly<Record<keyof SharedSettings, SharedSetting>> = {
  currency: {
    description: 'currency of every amount: three letters, as EUR; amounts are not converted',
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
    parse: (text) => parseMoney(text, { digits: 14 }),
  },
}

export function isShared(name: string): name is keyof SharedSettings {
  return Object.hasOwn(sharedSettings, name)
}

interface SetShared {
  name: keyof SharedSettings
  value: string
  actor: Actor
}

/** Stores a setting for all users of the database, and its audit row; false where it has this value already. */
export async function setSharedSetting(tx: Db, { name, value, actor }: SetShared): Promise<boolean> {
  const before = (await getSettings(tx))[name]
  const written = await tx.$executeRaw`
    INSERT INTO settings (key, value) VALUES (${name}, to_jsonb(${value}::text))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE settings.value IS DISTINCT FROM EXCLUDED.value`
  if (written === 0) return false
  const details = { changes: { [name]: [before, value] } }
  await recordAudit(tx, actor, [{ action: 'config.set', entityType: 'database', entityId: null, details }])
  return true
}

/** The currency, for statements that need it in the same round trip. */
export const currencySetting = Prisma.sql`
  coalesce((SELECT value #>> '{}' FROM settings WHERE key = 'currency'), ${defaults.currency})`
