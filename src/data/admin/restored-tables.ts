import { copyIn, createTables, dropTables, type Bulk } from '../../engine/bulk.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { namesOf } from '../../engine/schema/catalogue.js'
import { CtoError } from '../../errors.js'
import { recordAudit, type Actor, type NewAuditEntry } from '../audit/audit.js'
import type { SequencePosition } from './archived-state.js'
import { findArchivedTables, type ArchivedTable } from './archived-tables.js'
import { findGrants, type ForeignGrant } from './ownership.js'

/** The tables of an archive, according to its manifest. */
export interface StatedTables {
  migrations: readonly { name: string; checksum: string }[]
  tables: Readonly<Record<string, { columns: readonly string[]; order: readonly string[] }>>
}

/** Whether any table holds a row that people or their programs stored: the audit rows of the database itself do not count. */
export async function hasRows({ db, tables: { connection, set } }: Bulk): Promise<boolean> {
  for (const name of await presentTables(db, connection.schema, namesOf(await set.catalogue(), 'TABLE'))) {
    const where = name === 'audit_log' ? `WHERE entity_type <> 'database'` : ''
    const [row] = await db.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT FROM ${Prisma.raw(`${quoteIdentifier(name)} ${where}`)}) AS found`
    if (row?.found && name !== 'table_sizes') return true
  }
  return false
}

/** Until the transaction ends, other sessions neither read nor write the tables: what is read now is what is replaced. */
export async function lockTables({ db, tables: { connection, set } }: Bulk): Promise<void> {
  const present = await presentTables(db, connection.schema, namesOf(await set.catalogue(), 'TABLE'))
  if (present.length === 0) return
  await db.$executeRaw(
    Prisma.raw(`LOCK TABLE ${present.map(quoteIdentifier).join(', ')} IN ACCESS EXCLUSIVE MODE`),
  )
}

async function presentTables(db: Db, schema: string, names: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT c.relname::text AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p') AND quote_ident(c.relname) = ANY(${names})
    ORDER BY c.relname COLLATE "C"`
  return rows.map(({ name }) => name)
}

/** @throws CtoError SCHEMA_NEWER */
export function requireKnownMigrations(
  { tables: { set } }: Bulk,
  { migrations }: Pick<StatedTables, 'migrations'>,
): void {
  const unknown = migrations.filter(
    ({ name, checksum }) =>
      !set.migrations.some((known) => known.name === name && known.checksum === checksum),
  )
  if (unknown.length > 0) {
    throw new CtoError('SCHEMA_NEWER', 'the archive is of a version of cto that this one does not know', {
      reason: `its migration ${unknown.map(({ name }) => name).join(', ')} is unknown`,
      hint: 'install the version of cto that wrote it, or a newer one',
    })
  }
}

/**
 * Drops the tables of cto, if there are any, and creates them as the migrations of an archive made them, which are known.
 *
 * @returns the tables of the archive, those first to which others point
 * @throws CtoError NOT_CONFIGURED for tables or columns that this version does not know; CONFLICT if objects of others depend
 *   on the tables
 */
export async function recreateTables(bulk: Bulk, stated: StatedTables): Promise<ArchivedTable[]> {
  const { set } = bulk.tables
  const names = new Set(stated.migrations.map(({ name }) => name))
  await dropTables(bulk)
  await createTables(
    bulk,
    set.migrations.filter(({ name }) => names.has(name)),
  )
  return checked(await findArchivedTables(bulk), stated)
}

/** The tables of an archive, with its own columns and order; all names are those of tables and columns that exist. */
function checked(present: readonly ArchivedTable[], { tables }: StatedTables): ArchivedTable[] {
  const refuse = (what: string) => {
    throw new CtoError('NOT_CONFIGURED', `the archive has ${what}, which this version does not know`, {
      hint: 'restore it with the version that wrote it',
    })
  }
  for (const [name, { columns, order }] of Object.entries(tables)) {
    const table = present.find((each) => each.name === name)
    if (!table) return refuse(`a table ${name}`)
    const known = new Set(table.columns.map((column) => column.name))
    const strange = columns.find((column) => !known.has(column)) ?? order.find((column) => !known.has(column))
    if (strange !== undefined) return refuse(`a column ${name}.${strange}`)
  }
  return present
    .filter(({ name }) => Object.hasOwn(tables, name))
    .map((table) => {
      const { columns = [], order = [] } = tables[table.name] ?? {}
      const byName = new Map(table.columns.map((column) => [column.name, column]))
      return { ...table, columns: columns.flatMap((name) => byName.get(name) ?? []), order }
    })
}

/** Stores rows, as COPY text, in the columns of the table. */
export function storeRows(bulk: Bulk, { name, columns }: ArchivedTable, text: Uint8Array): Promise<void> {
  const list = columns.map((column) => quoteIdentifier(column.name)).join(', ')
  return copyIn(bulk, `${quoteIdentifier(name)} (${list})`, text)
}

interface Part {
  table: string
  name: string
  definition: string
  /** The table that a foreign key points to; null for an index. */
  target: string | null
}

/** What was set aside, to be built when the rows are there. */
export interface Aside {
  tables: readonly string[]
  parts: readonly Part[]
}

/**
 * Sets aside what would slow down every row, or change it: foreign keys, indexes without a constraint, triggers. An archive
 * holds rows as they are stored, so triggers have nothing to add.
 */
export async function setAside({ db, tables: { connection } }: Bulk): Promise<Aside> {
  const { schema } = connection
  const keys = await db.$queryRaw<Part[]>`
    SELECT quote_ident(c.relname) AS table, quote_ident(k.conname) AS name, pg_get_constraintdef(k.oid) AS definition,
      other.relname::text AS target
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_class other ON other.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND k.contype = 'f'
    ORDER BY 1, 2`
  const indexes = await db.$queryRaw<Part[]>`
    SELECT quote_ident(t.relname) AS table, quote_ident(c.relname) AS name, pg_get_indexdef(i.indexrelid) AS definition,
      NULL AS target
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = ${schema} AND t.relkind = 'r' AND NOT i.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
    ORDER BY 1, 2`
  const tables = [...new Set([...keys, ...indexes].map(({ table }) => table))]
  for (const { table, name } of keys) await run(db, `ALTER TABLE ${table} DROP CONSTRAINT ${name}`)
  for (const { name } of indexes) await run(db, `DROP INDEX ${name}`)
  for (const table of tables) await run(db, `ALTER TABLE ${table} DISABLE TRIGGER USER`)
  return { tables, parts: [...indexes, ...keys] }
}

/** Builds it. Foreign keys to tables whose rows are not there are left out. */
export async function buildAside(
  { db }: Bulk,
  { tables, parts }: Aside,
  without: ReadonlySet<string>,
): Promise<void> {
  for (const { table, name, definition, target } of parts) {
    if (target === null) await run(db, definition)
    else if (!without.has(target)) await run(db, `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`)
  }
  for (const table of tables) await run(db, `ALTER TABLE ${table} ENABLE TRIGGER USER`)
}

/** Moves sequences to where they stood; one that this version does not have is skipped. */
export async function moveSequences(
  { db, tables: { connection } }: Bulk,
  positions: readonly SequencePosition[],
): Promise<void> {
  for (const { name, last, isCalled } of positions) {
    await db.$queryRaw`
      SELECT setval(c.oid, ${last}::bigint, ${isCalled}::boolean)::text
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${connection.schema} AND c.relkind = 'S' AND c.relname = ${name}`
  }
}

export function findTableGrants({ db, tables: { connection } }: Bulk): Promise<ForeignGrant[]> {
  return findGrants(db, connection.schema)
}

/** Gives other roles what they had, where the objects are there again. */
export async function grantAgain({ db }: Bulk, grants: readonly ForeignGrant[]): Promise<void> {
  for (const { object, grantee, privileges } of grants) {
    const [row] = await db.$queryRaw<{ found: boolean }[]>`
      SELECT to_regclass(${object.replace(/^\w+ /, '')}) IS NOT NULL AS found`
    if (row?.found) await run(db, `GRANT ${privileges.join(', ')} ON ${object} TO ${grantee}`)
  }
}

/** A row of the audit log that was restored. */
export async function auditRestore(
  { db }: Bulk,
  { actor, ...act }: Pick<NewAuditEntry, 'action' | 'details'> & { actor: Actor },
): Promise<void> {
  await recordAudit(db, actor, [{ ...act, entityType: 'database', entityId: null }])
}

async function run(db: Db, statement: string): Promise<void> {
  await db.$executeRaw(Prisma.raw(statement))
}
