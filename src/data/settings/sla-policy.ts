import { severities } from '../../domain/bug.js'
import { defaultSlaPolicy, type SlaPolicy } from '../../domain/sla.js'
import type { Db } from '../../engine/client.js'

/** Of each severity, the hours that it had before. */
export const formerHoursKey = 'slaHours.former'

/** The shared settings `slaHours.critical` … `slaHours.low`, else the built-in hours. */
export async function getSlaPolicy(db: Db): Promise<SlaPolicy> {
  const rows = await db.$queryRaw<{ key: string; value: unknown }[]>`
    SELECT key, value FROM settings WHERE key LIKE 'slaHours.%'`
  const stored = new Map(rows.map(({ key, value }) => [key, value]))
  const hours = severities.map((severity) => {
    const value = Number(stored.get(`slaHours.${severity}`) ?? 0)
    return [
      severity,
      Number.isInteger(value) && value > 0 ? value : defaultSlaPolicy.hours[severity],
    ] as const
  })
  return {
    hours: Object.fromEntries(hours) as SlaPolicy['hours'],
    former: stored.get(formerHoursKey) ?? {},
  }
}
