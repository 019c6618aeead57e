import { findSlots, getArchiver } from '../../data/admin/server-state.js'
import { findUnusedIndexes, getCacheUse, getTemporaryBytes } from '../../data/admin/storage-faults.js'
import { megabytes } from '../megabytes.js'
import type { Check } from './check.js'
import { overTime } from './over-time.js'
import { ourIndexes } from './schema-checks.js'
import type { Tolerance } from './tolerance.js'
import { faultOf, faulty, healthy, type Fault } from './verdict.js'

const goodHitShare = 0.95

/** Memory, indexes and journal of the server. */
export function upkeepChecksWith(tolerated: Tolerance): readonly Check[] {
  return [
    {
      id: 'store.cache',
      severity: 'info',
      examine: (patient) =>
        overTime(patient, {
          examine: async ({ ask, way: { schema } }) => {
            const { reads, share } = await ask((db) => getCacheUse(db, schema))
            if (reads < tolerated.reads || share >= goodHitShare) return null
            return {
              severity: 'info',
              message: `${(share * 100).toFixed(1)} % of ${reads} reads found their page in shared_buffers`,
              objects: ['shared_buffers'],
              fix: {
                sql: ["ALTER SYSTEM SET shared_buffers = '1GB'"],
                command: 'a quarter of the memory; then restart the server',
              },
            }
          },
          healthy: 'reads find their pages in shared_buffers',
        }),
    },
    {
      id: 'store.temp',
      severity: 'info',
      examine: (patient) =>
        overTime(patient, {
          examine: async ({ ask }) => {
            const bytes = await ask(getTemporaryBytes)
            if (bytes <= tolerated.temporaryBytes) return null
            return {
              severity: 'info',
              message: `queries wrote ${megabytes(bytes)} of temporary files`,
              objects: ['work_mem'],
              fix: { sql: ["ALTER ROLE CURRENT_USER SET work_mem = '64MB'"] },
            }
          },
          healthy: 'queries need few temporary files',
        }),
    },
    {
      id: 'store.unused',
      severity: 'info',
      examine: (patient) =>
        overTime(patient, {
          examine: async ({ ask, database, way: { schema } }) => {
            const needed = await ourIndexes(database)
            const indexes = await ask((db) => findUnusedIndexes(db, { schema, needed }))
            return faultOf(indexes, {
              severity: 'info',
              message: `indexes that no query has used: ${indexes.length}`,
              fix: { sql: indexes.map((index) => `DROP INDEX CONCURRENTLY ${index}`) },
            })
          },
          healthy: 'every index that others added is used',
          // Only long observation proves that an index is unused.
          findsOnlyOld: true,
        }),
    },
    {
      id: 'store.slots',
      severity: 'error',
      examine: async ({ ask, database }) => {
        if (!database.capabilities.hasOtherSessions) return healthy('the embedded database is not replicated')
        const slots = await ask(findSlots)
        const stuck = slots.filter(
          ({ active, walStatus, keptBytes }) =>
            !active && (walStatus === 'lost' || keptBytes > tolerated.slotBytes),
        )
        return faulty(
          [
            faultOf(
              stuck.map(({ name }) => name),
              {
                severity: 'error',
                message: stuck
                  .map(({ name, walStatus, keptBytes }) =>
                    walStatus === 'lost'
                      ? `the slot ${name} has lost its place`
                      : `the slot ${name} keeps ${megabytes(keptBytes)}`,
                  )
                  .join('; '),
                fix: {
                  sql: stuck.map(
                    ({ name }) => `SELECT pg_drop_replication_slot('${name.replaceAll("'", "''")}')`,
                  ),
                },
              },
            ),
          ],
          slots.length === 0 ? 'no replication slots' : `${slots.length} replication slots keep up`,
        )
      },
    },
    {
      id: 'store.archiver',
      severity: 'warn',
      examine: async ({ ask, database }) => {
        if (!database.capabilities.hasOtherSessions)
          return healthy('the embedded database archives no journal')
        const archiver = await ask(getArchiver)
        const [failed, archived] = [archiver?.lastFailedAt ?? null, archiver?.lastArchivedAt ?? null]
        const isFailing = failed !== null && (archived === null || failed > archived)
        const fault: Fault | null = isFailing
          ? {
              severity: 'warn',
              message: `the journal was last not archived on ${failed.toISOString()}`,
              objects: ['archive_command'],
              fix: { command: 'correct archive_command; the log of the server has its error' },
            }
          : null
        return faulty([fault], archived === null ? 'nothing was archived yet' : 'the journal is archived')
      },
    },
  ]
}
