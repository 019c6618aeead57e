import type { DailyCounts, DailyDifference } from '../../shapes/delivery-report.js'
import type { Period } from '../../domain/period.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { hasRepositories } from '../delivery/repositories-known.js'
import { isPrunedDay } from '../delivery/prune-commits.js'
import { allowsFiguresOfPeople } from '../delivery/people-setting.js'
import { dailyFigures, dailyKinds, dailyTables, type DailyKind } from './daily-figures.js'

/** Of the formulas; incremented when one of them changes. */
const version = Prisma.raw('1')

/**
 * Stores the days of the window, whole in UTC, of repositories, organizations and people: how many rows were written. Rows
 * that would not change are not touched, and no empty day stays. Where figures about people are off, no day of a person stays.
 */
export async function writeDailyRows(tx: Db, window: Period): Promise<DailyCounts> {
  const counts: DailyCounts = { repositories: 0, organizations: 0, developers: 0 }
  if (!(await hasRepositories(tx))) return counts
  const withPeople = await allowsFiguresOfPeople(tx)
  if (!withPeople) await tx.$executeRaw`DELETE FROM developer_metrics`
  for (const kind of dailyKinds) {
    if (kind !== 'developers' || withPeople) counts[kind] = await writeKind(tx, kind, window)
  }
  return counts
}

async function writeKind(tx: Db, kind: DailyKind, window: Period): Promise<number> {
  const { table, owners, figures } = dailyTables[kind]
  const raw = (names: readonly string[], prefix = '') =>
    Prisma.raw(names.map((name) => prefix + name).join(', '))
  const keys = [...Object.keys(owners), 'date']
  const values = ['version', ...figures]
  const updates = values.map((name) => `${name} = EXCLUDED.${name}`)
  const written = await tx.$executeRaw`
    INSERT INTO ${Prisma.raw(table)} (id, ${raw(keys)}, ${raw(values)})
    SELECT gen_random_uuid(), ${raw(keys, 'computed.')}, ${version}, ${raw(figures, 'computed.')}
    FROM (${dailyFigures(kind, window)}) computed
    WHERE ${isKept(kind)} AND (
      NOT ${isEmptyDay(kind, 'computed')}
      OR EXISTS (SELECT FROM ${Prisma.raw(table)} t WHERE (${raw(keys, 't.')}) = (${raw(keys, 'computed.')})))
    ON CONFLICT (${raw(keys)}) DO UPDATE
    SET ${Prisma.raw(updates.join(', '))}
    WHERE (${raw(values, `${table}.`)}) IS DISTINCT FROM (${raw(values, 'EXCLUDED.')})`
  await tx.$executeRaw`
    DELETE FROM ${Prisma.raw(table)} t
    WHERE t.date >= (${window.from}::timestamptz AT TIME ZONE 'UTC')::date
      AND t.date < (${window.to}::timestamptz AT TIME ZONE 'UTC')::date AND ${isEmptyDay(kind, 't')}`
  return written
}

/** Whether nothing happened on the day of the row, and nothing was open at its end. */
function isEmptyDay(kind: DailyKind, row: string): Prisma.Sql {
  const counts = dailyTables[kind].figures.filter((name) => !name.endsWith('_p50'))
  return Prisma.raw(`(${counts.map((name) => `coalesce(${row}.${name}, 0) = 0`).join(' AND ')})`)
}

/** Whether the day can still be computed: its commits were not pruned. */
function isKept(kind: DailyKind): Prisma.Sql {
  const owner =
    kind === 'repositories' ? 'r.id = computed.repository_id' : 'r.organization_id = computed.organization_id'
  return Prisma.sql`NOT ${isPrunedDay(Prisma.sql`computed.date`, Prisma.raw(owner))}`
}

/** Differences that are reported; more of them say nothing more. */
const mostDifferences = Prisma.raw('1000')

/** The stored days that ended before `now` and differ from what facts say by now. */
export async function verifyDailyRows(
  db: Db,
  now: Date,
): Promise<{ verified: number; differences: DailyDifference[] }> {
  let verified = 0
  const differences: DailyDifference[] = []
  for (const kind of dailyKinds) {
    const stored = await storedDays(db, kind, now)
    if (stored === null) continue
    verified += stored.count
    differences.push(...(await differencesOf(db, kind, stored)))
  }
  return { verified, differences }
}

async function storedDays(db: Db, kind: DailyKind, now: Date): Promise<(Period & { count: number }) | null> {
  const [row] = await db.$queryRaw<{ from: Date | null; to: Date; count: number }[]>`
    SELECT min(t.date)::timestamp AT TIME ZONE 'UTC' AS "from",
      (max(t.date) + 1)::timestamp AT TIME ZONE 'UTC' AS "to", count(*)::int AS count
    FROM ${Prisma.raw(dailyTables[kind].table)} t
    WHERE t.date < (${now}::timestamptz AT TIME ZONE 'UTC')::date`
  return row?.from ? { from: row.from, to: row.to, count: row.count } : null
}

/** What a row is called: `acme/web`, `acme`, `ada in acme`. */
const names: Readonly<Record<DailyKind, Prisma.Sql>> = {
  repositories: Prisma.sql`(SELECT r.full_name FROM repositories r WHERE r.id = t.repository_id)`,
  organizations: Prisma.sql`(SELECT o.slug FROM organizations o WHERE o.id = t.organization_id)`,
  developers: Prisma.sql`(
    SELECT coalesce(a.login, a.email, a.id::text) || ' in ' || o.slug
    FROM accounts a, organizations o
    WHERE a.id = t.account_id AND o.id = t.organization_id)`,
}

async function differencesOf(db: Db, kind: DailyKind, window: Period): Promise<DailyDifference[]> {
  const { table, owners, figures } = dailyTables[kind]
  const keys = [...Object.keys(owners), 'date']
  const object = (alias: string) =>
    Prisma.raw(`jsonb_build_object(${figures.map((name) => `'${name}', ${alias}.${name}`).join(', ')})`)
  const rows = await db.$queryRaw<{ name: string; date: string; stored: Figures; computed: Figures }[]>`
    SELECT ${names[kind]} AS name, t.date::text, ${object('t')} AS stored, ${object('computed')} AS computed
    FROM (${dailyFigures(kind, window)}) computed
    JOIN ${Prisma.raw(table)} t USING (${Prisma.raw(keys.join(', '))})
    WHERE (${Prisma.raw(figures.map((name) => `t.${name}`).join(', '))})
      IS DISTINCT FROM (${Prisma.raw(figures.map((name) => `computed.${name}`).join(', '))})
      AND ${isKept(kind)}
    ORDER BY t.date, 1
    LIMIT ${mostDifferences}`
  return rows.flatMap(({ name, date, stored, computed }) =>
    figures
      .filter((field) => stored[field] !== computed[field])
      .map((field) => ({
        ...{ kind, name, date, field: field.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) },
        stored: stored[field] ?? null,
        computed: computed[field] ?? null,
      })),
  )
}

type Figures = Record<string, number | null>
