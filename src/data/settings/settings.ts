import { parseMoney } from '../../domain/money.js'
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

/** The currency, for statements that need it in the same round trip. */
export const currencySetting = Prisma.sql`
  coalesce((SELECT value #>> '{}' FROM settings WHERE key = 'currency'), ${defaults.currency})`
