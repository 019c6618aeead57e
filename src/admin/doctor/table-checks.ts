import { findBloat, findDeadRows, findUnanalyzedTables } from '../../data/admin/storage-faults.js'
import { findRecordedSizes, getTableStorage } from '../../data/admin/table-sizes.js'
import { dayMs } from '../../domain/duration.js'
import { megabytes } from '../megabytes.js'
import type { Check, Patient } from './check.js'
import { fewestDays, overTime } from './over-time.js'
import type { Tolerance } from './tolerance.js'
import { faultOf, faulty, type Verdict } from './verdict.js'
import { examineWraparound } from './wraparound-check.js'

/** Tables with fewer rows may double every day, and need no statistics. */
const notableRows = 1000

export function tableChecksWith(tolerated: Tolerance): readonly Check[] {
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
              message: `tables without statistics for the planner: ${tables.length}`,
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
    { id: 'store.wraparound', severity: 'warn', examine: examineWraparound },
  ]
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
