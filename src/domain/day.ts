/**
 * The calendar day of a moment, as `2026-01-31`, in a zone. For a great many moments: days are told by the quarter of an
 * hour, at which alone the clocks of any zone change.
 */
export function dayReader(zone: string): (date: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const known = new Map<number, string>()
  return (date) => {
    const quarter = Math.floor(date.getTime() / quarterMs)
    const day = known.get(quarter) ?? dayIn(format, date)
    if (known.size < mostKnown) known.set(quarter, day)
    return day
  }
}

const quarterMs = 900_000
const mostKnown = 50_000

function dayIn(format: Intl.DateTimeFormat, date: Date): string {
  const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, value]))
  const year = (parts.get('year') ?? '').padStart(4, '0')
  return `${year}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`
}
