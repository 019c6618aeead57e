import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { databaseFailure } from '../../engine/connection/failure.js'
import { Prisma } from '../../engine/sql.js'

const lockNotAvailable = '55P03'

/** One number for a name in this schema. */
export function importLockKey(name: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`hashtextextended('cto:import:' || current_schema() || ':' || ${name}, 0)`
}

/**
 * Until its transaction ends, the import counts as running, and no other one of the same source begins: their rows
 * would interleave.
 *
 * @throws CtoError LOCKED
 */
export async function lockImport(
  tx: Db,
  { importId, externalSource }: { importId: string; externalSource: string },
): Promise<void> {
  await lock(tx, importId, 'this import')
  await lock(tx, `source:${externalSource}`, `another import from ${externalSource}`)
}

const names = 'names'

/**
 * Take this lock before creating projects (no constraint keeps their names unique) or users (two imports may create the
 * same one). Look up what is missing again under the lock.
 *
 * @throws CtoError LOCKED
 */
export async function lockNames(tx: Db): Promise<void> {
  await lock(tx, names, 'another import that brings in projects or people')
}

/** The same without waiting: false if another transaction holds the lock. */
export async function tryLockNames(tx: Db): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${importLockKey(Prisma.sql`${names}`)}) AS locked`
  return row?.locked === true
}

async function lock(tx: Db, name: string, holder: string): Promise<void> {
  try {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${importLockKey(Prisma.sql`${name}`)})::text`
  } catch (error) {
    if (databaseFailure(error).code !== lockNotAvailable) throw error
    throw new CtoError('LOCKED', `${holder} is running`, {
      hint: 'wait longer for it: --lock-timeout 600',
      cause: error,
    })
  }
}
