import { findDamagedIndexes, findExtensionSchema, getDamage } from '../../data/admin/server-state.js'
import type { Patient } from './check.js'
import { faultOf, faulty, unknown, type Fault, type Verdict } from './verdict.js'

/** Pages and indexes that no longer hold what was written. */
export async function examineDamage({ ask, deep, way: { schema } }: Patient): Promise<Verdict> {
  const { database, checksumFailures, recordedCollation, currentCollation } = await ask(getDamage)
  const isOtherCollation =
    recordedCollation !== null && currentCollation !== null && recordedCollation !== currentCollation
  const amcheck = deep ? await ask((db) => findExtensionSchema(db, 'amcheck')) : null
  const damaged = amcheck === null ? [] : await ask((db) => findDamagedIndexes(db, { schema, amcheck }))
  if (deep && amcheck === null && checksumFailures === 0 && !isOtherCollation) {
    return unknown('the extension amcheck is not installed', { sql: ['CREATE EXTENSION amcheck'] })
  }
  const checksums: Fault = {
    severity: 'error',
    message: `${checksumFailures} pages had a wrong checksum`,
    count: checksumFailures,
    fix: { command: 'replace the disk; restore a backup (cto db restore)' },
  }
  const collation: Fault | null = isOtherCollation
    ? {
        severity: 'error',
        message: `texts are sorted as by collation ${recordedCollation}, and the system has ${currentCollation} now`,
        objects: ['collation'],
        fix: {
          sql: [`REINDEX DATABASE ${database}`, `ALTER DATABASE ${database} REFRESH COLLATION VERSION`],
        },
      }
    : null
  return faulty(
    [
      checksumFailures > 0 ? checksums : null,
      collation,
      faultOf(damaged, {
        severity: 'error',
        message: `damaged indexes: ${damaged.length}`,
        fix: { sql: damaged.map((index) => `REINDEX INDEX CONCURRENTLY ${index}`) },
      }),
    ],
    amcheck !== null
      ? 'checksums, collation and every B-tree are right'
      : 'checksums and collation are right',
  )
}
