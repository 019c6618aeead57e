import {
  findSlowStatements,
  getArchiver,
  getDamage,
  findSlots,
  hasExtension,
  findDamagedIndexes,
} from '../../data/admin/server-state.js'
import {
  findBloat,
  findDeadRows,
  findOldestTables,
  findUnanalyzedTables,
  findUnusedIndexes,
  getCacheUse,
  getStatisticsSince,
  getTemporaryBytes,
} from '../../data/admin/storage-faults.js'
import { findRecordedSizes, getTableStorage } from '../../data/admin/table-sizes.js'
import { megabytes } from '../megabytes.js'
import type { Check, Patient } from './check.js'
import { examineFolder } from './folder.js'
import { examineSettings } from './settings-check.js'
import { ourIndexes } from './schema-checks.js'
import { faultOf, faulty, healthy, unknown, type Fault, type Verdict } from './verdict.js'

const dayMs = 86_400_000
const gigabyte = 2 ** 30
/** Tables with fewer rows may double every day, and need no statistics. */
const notableRows = 1000
const idLimit = 2 ** 31
const goodHitShare = 0.95

/** From when on something is a fault. */
interface Tolerance {
  deadRows: number
  deadShare: number
  bloatBytes: number
  /** With fewer, the share of hits means nothing. */
  reads: number
  temporaryBytes: number
}

export const storageChecks = storageChecksWith({
  deadRows: 10_000,
  deadShare: 0.2,
  bloatBytes: 100 * 2 ** 20,
  reads: 1_000_000,
  temporaryBytes: gigabyte,
})

function storageChecksWith(tolerated: Tolerance): readonly Check[] {
  return [
    { id: 'store.rows', severity: 'info', examine: examineRows },
    {
      id: 'store.analyze',
      severity: 'warn',
      examine: async ({ ask, way: { schema } }) => {
        const tables = await ask((db) => findUnanalyzedTables(db, { schema, rows: notableRows }))
        return faulty(
          [
            faultOf(tables, {
              severity: 'warn',
              message: `tables of which the planner knows nothing: ${tables.length}`,
              fix: { sql: tables.map((table) => `ANALYZE ${table}`), safe: true },
            }),
          ],
          'the planner has statistics of every large table',
        )
      },
    },
    {
      id: 'store.vacuum',
      severity: 'warn',
      examine: (patient) =>
        overTime(patient, {
          examine: async ({ ask, way: { schema } }) => {
            const tables = await ask((db) =>
              findDeadRows(db, { schema, rows: tolerated.deadRows, share: tolerated.deadShare }),
            )
            return faultOf(
              tables.map(({ table }) => table),
              {
                severity: 'warn',
                message: tables
                  .map(({ table, share }) => `${Math.round(share * 100)} % of the rows of ${table} are dead`)
                  .join('; '),
                fix: { sql: tables.map(({ table }) => `VACUUM (ANALYZE) ${table}`) },
              },
            )
          },
          healthy: 'few rows are dead',
        }),
    },
    {
      id: 'store.bloat',
      severity: 'info',
      examine: async ({ ask, way: { schema } }) => {
        const tables = await ask((db) => findBloat(db, { schema, bytes: tolerated.bloatBytes }))
        return faulty(
          [
            faultOf(
              tables.map(({ table }) => table),
              {
                severity: 'info',
                message: tables
                  .map(
                    ({ table, bytes, neededBytes }) =>
                      `${table} takes ${megabytes(bytes)}, its rows about ${megabytes(neededBytes)}`,
                  )
                  .join('; '),
                fix: {
                  command: 'when no one is working: the table is locked meanwhile',
                  sql: tables.map(({ table }) => `VACUUM (FULL, ANALYZE) ${table}`),
                },
              },
            ),
          ],
          'no large table takes twice what its rows need',
        )
      },
    },
    {
      id: 'store.wraparound',
      severity: 'warn',
      examine: async ({ ask }) => {
        const tables = await ask((db) => findOldestTables(db, { limit: 5 }))
        const used = tables.map((table) => ({
          ...table,
          share: Math.max(table.xids, table.multixacts) / idLimit,
        }))
        const near = used.filter(({ share }) => share >= 0.5)
        return faulty(
          [
            faultOf(
              near.map(({ table }) => table),
              {
                severity: near.some(({ share }) => share >= 0.75) ? 'error' : 'warn',
                message: near
                  .map(
                    ({ table, share }) =>
                      `${table} has used ${Math.floor(share * 100)} % of the transaction ids`,
                  )
                  .join('; '),
                fix: { sql: near.map(({ table }) => `VACUUM (FREEZE) ${table}`) },
              },
            ),
          ],
          `at most ${Math.ceil(Math.max(0, ...used.map(({ share }) => share)) * 100)} % of the transaction ids are used`,
        )
      },
    },
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
          ({ active, walStatus, keptBytes }) => !active && (walStatus === 'lost' || keptBytes > gigabyte),
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
    { id: 'store.settings', severity: 'error', examine: examineSettings },
    { id: 'store.damage', severity: 'error', examine: examineDamage },
    {
      id: 'store.slow',
      severity: 'info',
      examine: async ({ ask, database, slowQueryMs }) => {
        const extension = 'pg_stat_statements'
        if (!(await ask((db) => hasExtension(db, extension)))) {
          const fix = { sql: [`CREATE EXTENSION ${extension}`] }
          const canMend = database.capabilities.keepsStatistics
          return unknown(`the extension ${extension} is not installed`, canMend ? fix : undefined)
        }
        const slow = await ask((db) => findSlowStatements(db, { meanMs: slowQueryMs, limit: 20 }))
        return faulty(
          [
            faultOf(
              slow.map(({ query }) => query),
              {
                severity: 'info',
                message: `statements that take more than ${slowQueryMs} ms on average: ${slow.length}`,
                fix: { command: 'cto db inspect statements --sort mean' },
              },
            ),
          ],
          `no statement takes more than ${slowQueryMs} ms on average`,
        )
      },
    },
    { id: 'store.folder', severity: 'warn', examine: examineFolder },
  ]
}

interface OverTime {
  examine(patient: Patient): Promise<Fault | null>
  /** What is said where nothing was found in statistics that are old enough. */
  healthy: string
  findsOnlyOld?: boolean
}

const fewestDays = 7

/** What statistics have not counted in a few days is no proof of health. */
async function overTime(
  patient: Patient,
  { examine, healthy: message, findsOnlyOld = false }: OverTime,
): Promise<Verdict> {
  if (!patient.database.capabilities.keepsStatistics) {
    return unknown('the statistics of the embedded database begin with each process')
  }
  const since = await patient.ask(getStatisticsSince)
  const days = since === null ? 0 : (patient.now.getTime() - since.getTime()) / dayMs
  const isOld = days >= fewestDays
  const fault = findsOnlyOld && !isOld ? null : await examine(patient)
  if (fault !== null || isOld) return faulty([fault], message)
  return unknown(
    `statistics count since ${since?.toISOString() ?? 'an unknown time'}, less than ${fewestDays} days`,
  )
}

async function examineRows({ ask, now, way: { schema } }: Patient): Promise<Verdict> {
  const { sizes, before } = await ask(async (db) => ({
    sizes: await getTableStorage(db, schema),
    before: await findRecordedSizes(db, {
      from: new Date(now.getTime() - 4 * fewestDays * dayMs),
      to: new Date(now.getTime() - fewestDays * dayMs),
    }),
  }))
  const past = new Map(before.map((size) => [size.name, size]))
  const grown = sizes.filter(
    ({ name, rows }) => rows > notableRows && rows > 2 * (past.get(name)?.rows ?? Infinity),
  )
  const largest = [...sizes].sort((a, b) => b.bytes - a.bytes).slice(0, 3)
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  return faulty(
    [
      faultOf(
        grown.map(({ name }) => name),
        {
          severity: 'info',
          message: grown
            .map(
              ({ name, rows }) => `${name} had ${past.get(name)?.rows ?? 0} rows a week ago, and has ${rows}`,
            )
            .join('; '),
          fix: { command: 'cto db size' },
        },
      ),
    ],
    `${megabytes(total)} in ${sizes.length} tables: ${largest.map(({ name, rows, bytes }) => `${name} ${rows} rows, ${megabytes(bytes)}`).join('; ')}`,
  )
}

async function examineDamage({ ask, deep, way: { schema } }: Patient): Promise<Verdict> {
  const { database, checksumFailures, recordedCollation, currentCollation } = await ask(getDamage)
  const isOtherCollation =
    recordedCollation !== null && currentCollation !== null && recordedCollation !== currentCollation
  const canDeepen = deep && (await ask((db) => hasExtension(db, 'amcheck')))
  const damaged = canDeepen ? await ask((db) => findDamagedIndexes(db, schema)) : []
  if (deep && !canDeepen && checksumFailures === 0 && !isOtherCollation) {
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
    canDeepen ? 'checksums, collation and every B-tree are right' : 'checksums and collation are right',
  )
}
