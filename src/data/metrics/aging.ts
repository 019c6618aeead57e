import type { BugSeverity } from '../../domain/bug.js'
import type { AgeBand } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { sampleQuery } from './figures.js'
import type { Scope } from './scope.js'

/** The first days of the bands. */
const bandStarts = [0, 3, 8, 15, 31, 91]

/** The open bugs by age and severity, the youngest first; every band, empty ones included. */
export async function getAging(db: Db, scope: Scope): Promise<AgeBand[]> {
  const rows = await db.$queryRaw<(Record<BugSeverity, number> & { band: number; total: number })[]>`
    SELECT
      width_bucket(s.age_days, ARRAY[${Prisma.join(
        bandStarts.map((days) => Prisma.raw(String(days))),
        ', ',
      )}]::numeric[])
        AS band,
      count(*) FILTER (WHERE s.critical)::int AS critical,
      count(*) FILTER (WHERE s.high)::int AS high,
      count(*) FILTER (WHERE s.medium)::int AS medium,
      count(*) FILTER (WHERE s.low)::int AS low,
      count(*)::int AS total
    FROM (${sampleQuery('open', scope)}) s
    GROUP BY 1`
  return bandStarts.map((fromDays, index) => {
    const found = rows.find(({ band }) => band === index + 1)
    const { critical = 0, high = 0, medium = 0, low = 0, total = 0 } = found ?? {}
    return { fromDays, toDays: bandStarts[index + 1] ?? null, critical, high, medium, low, total }
  })
}
