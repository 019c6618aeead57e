/** How many archives to keep of each period; the last of each that has one. */
export interface Retention {
  last?: number | undefined
  daily?: number | undefined
  weekly?: number | undefined
  monthly?: number | undefined
  yearly?: number | undefined
}

const day = (options: Intl.DateTimeFormatOptions) => (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, ...options }).format(at)

const dayOf = day({ year: 'numeric', month: '2-digit', day: '2-digit' })

/** The name of the period in which a moment lies; archives are of the same period if it is the same. */
const periods = {
  last: (at: Date) => at.toISOString(),
  daily: dayOf,
  weekly: (at: Date, zone: string) => mondayOf(dayOf(at, zone)),
  monthly: day({ year: 'numeric', month: '2-digit' }),
  yearly: day({ year: 'numeric' }),
} as const satisfies Record<keyof Retention, (at: Date, zone: string) => string>

function mondayOf(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7))
  return at.toISOString().slice(0, 10)
}

/**
 * Why each archive is kept, by index; null for those that are not. As restic does it: an archive that one rule keeps stays,
 * and periods without an archive do not count.
 */
export function reasonsToKeep(times: readonly Date[], retention: Retention, zone: string): (string | null)[] {
  const newestFirst = times
    .map((at, index) => ({ at, index }))
    .sort((a, b) => b.at.getTime() - a.at.getTime())
  const reasons = times.map((): string[] => [])
  for (const rule of Object.keys(periods) as (keyof Retention)[]) {
    const seen = new Set<string>()
    for (const { at, index } of newestFirst) {
      const period = periods[rule](at, zone)
      if (seen.has(period)) continue
      if (seen.size >= (retention[rule] ?? 0)) break
      seen.add(period)
      reasons[index]?.push(rule === 'last' ? `last ${seen.size}` : `${rule} ${period}`)
    }
  }
  return reasons.map((some) => (some.length > 0 ? some.join(', ') : null))
}
