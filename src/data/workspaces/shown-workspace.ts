import { asWorkspace, type Bulk } from '../../engine/bulk.js'
import type { Db } from '../../engine/client.js'
import { membersOf } from '../../engine/schema/members.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { compareWithSet, readRecorded } from '../../engine/schema/migrations.js'
import { Prisma } from '../../engine/sql.js'
import { limitedRecords, limitOf } from '../../domain/workspace.js'
import { required } from '../../errors.js'
import type { ShownWorkspace, Workspace } from '../../shapes/workspace.js'
import { sizeFunctions } from '../admin/relation-size.js'
import { getWorkspace } from './registered.js'
import { latestOf } from './version.js'

/** A workspace, with what is in it, read as its owner. @throws NotFoundError */
export async function getShownWorkspace(
  bulk: Bulk,
  set: MigrationSet,
  named: string,
): Promise<ShownWorkspace> {
  const workspace = await getWorkspace(bulk.db, latestOf(set), named)
  const { schemaName: schema, domain } = workspace
  return asWorkspace(bulk, { schema, domain, set }, async ({ db, client }) => {
    const { migrations } = compareWithSet(await readRecorded(client, set.recordTable), set)
    const applied = migrations.filter(({ state }) => state === 'applied' || state === 'edited')
    return {
      ...workspace,
      bytes: await bytesIn(db, schema),
      limits: await limitsUsed(db, workspace),
      migrations: {
        applied: applied.length,
        pending: migrations.filter(({ state }) => state === 'pending').length,
        last: applied.at(-1)?.name ?? null,
      },
      lastImportAt: await latestIn(db, { table: 'import_logs', column: 'timestamp' }),
      lastSessionAt: await latestIn(db, { table: 'metrics_sessions', column: 'session_start' }),
    }
  })
}

async function bytesIn(db: Db, schema: string): Promise<number> {
  const { total } = await sizeFunctions(db)
  const [row] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(${total('c.oid')}), 0)::float8 AS bytes
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema} AND c.relkind IN ('r', 'p')`
  return required(row, 'an aggregate').bytes
}

/** The records whose number its plan limits. To be called in the workspace. */
export async function limitsUsed(
  db: Db,
  { subscriptionPlan: plan, metadata }: Workspace,
): Promise<ShownWorkspace['limits']> {
  const counts = limitedRecords.map(
    (record) => Prisma.sql`SELECT ${record} AS record, count(*)::int AS used FROM ${Prisma.raw(record)}`,
  )
  const rows = await db.$queryRaw<{ record: (typeof limitedRecords)[number]; used: number }[]>`
    ${Prisma.join(counts, ' UNION ALL ')}`
  return rows.map(({ record, used }) => ({ record, used, most: limitOf(record, plan, metadata.limits) }))
}

/** Null for a table without rows, and where the tables are older than the table. */
async function latestIn(db: Db, { table, column }: { table: string; column: string }): Promise<Date | null> {
  const [found] = await db.$queryRaw<{ there: boolean }[]>`SELECT to_regclass(${table}) IS NOT NULL AS there`
  if (!found?.there) return null
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT max(${Prisma.raw(column)}) AS at FROM ${Prisma.raw(table)}`
  return row?.at ?? null
}
