import { parseMoney } from '../../domain/money.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'

/** What must be the same for everybody who uses the database. */
export interface SharedSettings {
  /** Money an hour of engineering costs. */
  hourlyRate: string
  /** ISO 4217. */
  currency: string
}

const defaults: SharedSettings = { hourlyRate: '100.00', currency: 'USD' }

/** Stored values, and the defaults of those nobody has set. @throws CtoError INVALID_VALUE for a rate that is no money */
export async function getSettings(db: Db): Promise<SharedSettings> {
  const rows = await db.$queryRaw<{ key: string; value: string | null }[]>`
    SELECT key, value #>> '{}' AS value FROM settings WHERE key = ANY(${Object.keys(defaults)}::text[])`
  const stored = Object.fromEntries(rows.map(({ key, value }) => [key, value ?? undefined]))
  return {
    hourlyRate: parseMoney(stored['hourlyRate'] ?? defaults.hourlyRate, { digits: 14 }),
    currency: stored['currency'] ?? defaults.currency,
  }
}

/** For a statement that must not take a second trip to know the currency. */
export const currencySetting = Prisma.sql`
  coalesce((SELECT value #>> '{}' FROM settings WHERE key = 'currency'), ${defaults.currency})`
