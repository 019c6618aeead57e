import type { Db } from '../../engine/client.js'
import { isOneOf } from '../../engine/connection/failure.js'
import { Prisma } from '../../engine/sql.js'
import { setLocally } from '../../engine/local-settings.js'
import { inSavepoint } from '../../engine/savepoint.js'
import { tryLockNames } from './import-locks.js'

/** Filled by an import of bugs. */
const tables = Prisma.sql`ARRAY['bugs'::regclass, 'bug_history'::regclass]`

/** Long enough for an autovacuum to make way, short enough for others to wait. */
const lockTimeout = '2s'

class NotEmpty extends Error {}

/**
 * Inserting into an empty table is more than twice as fast if its indexes are built afterwards. Until the transaction ends,
 * other sessions cannot read the table (it is empty for them anyway). If another session has written or holds a lock, or the
 * role lacks the permission, the indexes stay and the import continues.
 *
 * Returns their definitions, for `buildIndexes` in the same transaction when all bugs are stored.
 */
export async function setIndexesAside(tx: Db): Promise<string[]> {
  if (!(await isFree(tx))) return []
  try {
    return await inSavepoint(tx, () => dropIndexes(tx))
  } catch (error) {
    if (error instanceof NotEmpty || isOneOf(refusals, error)) return []
    throw error
  }
}

/** Another session holds a lock, the role lacks the permission, or an event trigger rejects the statement. */
const refusals = new Set(['55P03', '42501', 'P0001'])

export async function buildIndexes(tx: Db, definitions: readonly string[]): Promise<void> {
  for (const definition of definitions) await tx.$executeRaw`${Prisma.raw(definition)}`
}

/** The holder of the lock on names may be about to write bugs, and would wait for this import, which waits for it. */
async function isFree(tx: Db): Promise<boolean> {
  const [owner] = await tx.$queryRaw<{ is: boolean }[]>`
    SELECT bool_and(pg_has_role(relowner, 'USAGE')) AS is FROM pg_class WHERE oid = ANY(${tables})`
  return owner?.is === true && (await isEmpty(tx)) && (await tryLockNames(tx))
}

async function dropIndexes(tx: Db): Promise<string[]> {
  const [before] = await tx.$queryRaw<
    { timeout: string }[]
  >`SELECT current_setting('lock_timeout') AS timeout`
  await setLocally(tx, { lock_timeout: lockTimeout })
  await tx.$executeRaw`LOCK TABLE bugs, bug_history IN ACCESS EXCLUSIVE MODE`
  await setLocally(tx, { lock_timeout: before?.timeout ?? '0' })
  if (!(await isEmpty(tx))) throw new NotEmpty()
  const indexes = await findIndexes(tx)
  for (const { name } of indexes) await tx.$executeRaw`DROP INDEX ${Prisma.raw(name)}`
  return indexes.map(({ definition }) => definition)
}

async function isEmpty(tx: Db): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ is: boolean }[]>`
    SELECT NOT EXISTS (SELECT FROM bugs) AND NOT EXISTS (SELECT FROM bug_history) AS is`
  return row?.is === true
}

/**
 * Indexes that accept every row and that their definition restores completely: no unique indexes, and no B-trees of texts,
 * where a text that is too long must fail on its own row.
 */
function findIndexes(tx: Db): Promise<{ name: string; definition: string }[]> {
  return tx.$queryRaw`
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_am m ON m.oid = c.relam
    WHERE i.indrelid = ANY(${tables})
      AND NOT i.indisunique AND NOT i.indisclustered AND NOT i.indisreplident AND i.indisvalid
      AND c.reltablespace = 0
      AND obj_description(c.oid, 'pg_class') IS NULL
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
      AND (
        m.amname IN ('gin', 'hash')
        OR NOT EXISTS (
          SELECT FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attlen < 0 AND a.atttypid <> 'numeric'::regtype
        )
      )
    ORDER BY c.relname`
}
