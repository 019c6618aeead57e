import { addMonths, monthStart } from '../../domain/time.js'
import { CtoError } from '../../errors.js'
import { appliedMigrations, type Bulk } from '../../engine/bulk.js'
import type { Db } from '../../engine/client.js'
import { isRefused } from '../../engine/connection/failure.js'
import { Prisma } from '../../engine/sql.js'
import { inSavepoint } from '../../engine/savepoint.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { getKpis } from '../metrics/kpis.js'
import { getMonthHistories } from '../metrics/month-history.js'
import { findArchivedTables, type ArchivedTable } from './archived-tables.js'
import { getServerVersion } from './server-facts.js'

/** The state of a database that an archive keeps besides the rows. */
export interface ArchivedState {
  engine: 'embedded' | 'postgresql'
  serverVersion: string
  /** Those that made the tables. */
  migrations: { name: string; checksum: string; sql: string }[]
  /** Those first to which others point. */
  tables: ArchivedTable[]
  sequences: SequencePosition[]
  /** Null for tables of an older version, since figures are computed by the statements of this one, and for absurd values. */
  figures: ArchivedFigures | null
}

/**
 * @throws CtoError NOT_PERMITTED where this role sees only some rows of a table; one of the schema's where the tables are
 *   missing, broken or newer than this version
 */
export async function readArchivedState(bulk: Bulk, { now }: { now: Date }): Promise<ArchivedState> {
  const { db, tables } = bulk
  const { schema, engine } = tables.connection
  const migrations = await appliedMigrations(bulk)
  const filtered = await findFilteredTables(db, schema)
  if (filtered.length > 0) {
    throw new CtoError('NOT_PERMITTED', 'row-security policies hide rows from this role', {
      reason: `of ${filtered.join(', ')}; an archive would lack them`,
      hint: 'back up as the owner of the tables, or as a role with BYPASSRLS',
    })
  }
  const found = await findArchivedTables(bulk)
  const isCurrent = migrations.length === tables.set.migrations.length
  return {
    engine,
    serverVersion: (await getServerVersion(db)).text,
    migrations,
    tables: found,
    sequences: await findSequencePositions(db, { schema, tables: found.map(({ name }) => name) }),
    figures: isCurrent ? await figuresIfPossible(db, now) : null,
  }
}

/** Where a sequence stands. `last` is text: a bigint may be too large for a number. */
export interface SequencePosition {
  name: string
  last: string
  isCalled: boolean
}

/** The positions of the sequences that belong to these tables. */
async function findSequencePositions(
  db: Db,
  { schema, tables }: { schema: string; tables: readonly string[] },
): Promise<SequencePosition[]> {
  const sequences = await db.$queryRaw<{ name: string }[]>`
    SELECT s.relname::text AS name
    FROM pg_class s
    JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
      AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    WHERE n.nspname = ${schema} AND s.relkind = 'S' AND t.relname = ANY(${tables})
    ORDER BY s.relname COLLATE "C"`
  const positions: SequencePosition[] = []
  for (const { name } of sequences) {
    const [row] = await db.$queryRaw<Omit<SequencePosition, 'name'>[]>`
      SELECT last_value::text AS last, is_called AS "isCalled" FROM ${Prisma.raw(quoteIdentifier(name))}`
    if (row) positions.push({ name, ...row })
  }
  return positions
}

/** A sum that overflows must not prevent a backup. */
async function figuresIfPossible(db: Db, now: Date): Promise<ArchivedFigures | null> {
  try {
    return await inSavepoint(db, () => getArchivedFigures(db, now))
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  }
}

/** What people would notice first if it differed after a restore. */
interface ArchivedFigures {
  kpis: Record<string, unknown>
  /** Of the last closed month, recomputed from history. */
  month: object
}

export async function getArchivedFigures(db: Db, now: Date): Promise<ArchivedFigures> {
  const figures = await getKpis(db, { filter: {}, now })
  const month = addMonths(monthStart(now), -1)
  const histories = await getMonthHistories(db, [month])
  return {
    kpis: Object.fromEntries(figures.map(({ id, value }) => [id, value])),
    month: { month: month.toISOString().slice(0, 7), ...histories.get(month.getTime()) },
  }
}

/** Tables of which a policy shows this role only some rows: COPY would leave the others out without an error. */
async function findFilteredTables(db: Db, schema: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT c.relname::text AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p') AND row_security_active(c.oid)
      AND (
        EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)
        OR NOT EXISTS (
          SELECT FROM pg_policy p
          WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND pg_get_expr(p.polqual, p.polrelid) = 'true'
            AND EXISTS (SELECT FROM unnest(p.polroles) role WHERE role = 0 OR pg_has_role(role, 'USAGE'))))
    ORDER BY 1`
  return rows.map(({ name }) => name)
}
