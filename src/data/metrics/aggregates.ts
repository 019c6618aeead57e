import type { Metric } from '../../domain/metric.js'
import { Prisma } from '../../engine/sql.js'

interface FigureSql {
  value: Prisma.Sql
  /** The number of rows with a value. */
  n: Prisma.Sql
}

/** The aggregate of the metric over the rows `s` of its sample. */
export function aggregateOf({
  aggregate,
  column,
  unit,
}: Pick<Metric, 'aggregate' | 'column' | 'unit'>): FigureSql {
  const of = Prisma.raw(`s.${column}`)
  const part = Prisma.raw(`s.${column}_part`)
  const whole = Prisma.raw(`s.${column}_whole`)
  const digits = Prisma.raw(unit === 'ratio' || unit === 'deployments/day' ? '4' : '2')
  const rounded = (value: Prisma.Sql) => Prisma.sql`round((${value})::numeric, ${digits})`
  const percentile = (share: string): FigureSql => ({
    value: rounded(Prisma.sql`percentile_cont(${Prisma.raw(share)}) WITHIN GROUP (ORDER BY ${of})`),
    n: Prisma.sql`count(${of})`,
  })
  switch (aggregate) {
    case 'count':
      return { value: Prisma.sql`count(*) FILTER (WHERE ${of})`, n: Prisma.sql`count(*)` }
    case 'money':
      return { value: Prisma.sql`round(sum(${of}), 2)::text`, n: Prisma.sql`count(${of})` }
    case 'total':
      return { value: Prisma.sql`coalesce(sum(${of}), 0)`, n: Prisma.sql`count(*) FILTER (WHERE ${of} <> 0)` }
    case 'sum':
      return { value: rounded(Prisma.sql`sum(${of})`), n: Prisma.sql`count(*) FILTER (WHERE ${of} <> 0)` }
    case 'distinct':
      return { value: Prisma.sql`count(DISTINCT ${of})`, n: Prisma.sql`count(${of})` }
    case 'p50':
      return percentile('0.5')
    case 'p90':
      return percentile('0.9')
    case 'p95':
      return percentile('0.95')
    case 'mean':
      return { value: rounded(Prisma.sql`avg(${of})`), n: Prisma.sql`count(${of})` }
    case 'max':
      return { value: rounded(Prisma.sql`max(${of})`), n: Prisma.sql`count(${of})` }
    case 'share':
      return { value: rounded(Prisma.sql`avg(${of}::int)`), n: Prisma.sql`count(${of})` }
    case 'quotient':
      return {
        value: rounded(Prisma.sql`sum(${part})::numeric / nullif(sum(${whole}), 0)`),
        n: Prisma.sql`count(${whole})`,
      }
    case 'kaplanMeier':
      // A product of fractions that is exactly one half must count as one half despite rounding.
      return {
        value: rounded(Prisma.sql`min(${of}) FILTER (WHERE s.survival <= 0.5 + 1e-9)`),
        n: Prisma.sql`count(*)`,
      }
    case 'imbalance':
      return {
        value: rounded(
          Prisma.sql`max(${of}) / nullif(percentile_cont(0.5) WITHIN GROUP (ORDER BY ${of}), 0)`,
        ),
        n: Prisma.sql`count(${of})`,
      }
  }
}
