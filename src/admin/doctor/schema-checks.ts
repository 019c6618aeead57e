import {
  findDisabledTriggers,
  findDuplicateIndexes,
  findExposedRights,
  findInvalidIndexes,
  findUnindexedKeys,
  findUnsafeDefiners,
  findUnvalidatedConstraints,
  getTrigramExtension,
} from '../../data/admin/schema-faults.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { expectedCatalogue, migrationFault } from '../../engine/inspection.js'
import type { Check, Patient } from './check.js'
import { tableAndPart } from './drift.js'
import { examineDrift } from './drift-check.js'
import { examineSequences } from './sequences-check.js'
import { faultOf, faulty, healthy, type Fault } from './verdict.js'

export const schemaChecks: readonly Check[] = [
  {
    id: 'schema.migrations',
    severity: 'error',
    examine: async ({ database }) => {
      const misfit = await migrationFault(database)
      const fault: Fault | null = misfit && {
        severity: 'error',
        message: misfit.message,
        objects: [misfit.code],
        fix: { command: misfit.hint ?? 'cto db migrate' },
      }
      return faulty([fault], 'all migrations of this version are applied')
    },
  },
  { id: 'schema.drift', severity: 'error', examine: examineDrift },
  {
    id: 'schema.invalid',
    severity: 'error',
    examine: ({ ask, way: { schema } }) =>
      ask(async (db) => {
        const indexes = await findInvalidIndexes(db, schema)
        const constraints = await findUnvalidatedConstraints(db, schema)
        const triggers = await findDisabledTriggers(db, schema)
        const named = (kind: string, parts: readonly { table: string; name: string }[]) =>
          parts.map(({ table, name }) => `${kind} ${table}.${name}`)
        return faulty(
          [
            faultOf(
              indexes.map(({ index }) => `INDEX ${index}`),
              {
                severity: 'error',
                message: `invalid indexes: ${indexes.length}`,
                fix: {
                  sql: indexes.map(({ index, isLeftover }) =>
                    isLeftover ? `DROP INDEX CONCURRENTLY ${index}` : `REINDEX INDEX CONCURRENTLY ${index}`,
                  ),
                  safe: true,
                },
              },
            ),
            faultOf(named('CONSTRAINT', constraints), {
              severity: 'error',
              message: `constraints that were never validated: ${constraints.length}`,
              fix: {
                sql: constraints.map(({ table, name }) => `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`),
                safe: true,
              },
            }),
            faultOf(named('TRIGGER', triggers), {
              severity: 'error',
              message: `disabled triggers: ${triggers.length}`,
              fix: {
                sql: triggers.map(({ table, name }) => `ALTER TABLE ${table} ENABLE TRIGGER ${name}`),
                safe: true,
              },
            }),
          ],
          'every index, constraint and trigger is in force',
        )
      }),
  },
  {
    id: 'schema.fk_index',
    severity: 'warn',
    examine: async ({ ask, way: { schema } }) => {
      const keys = await ask((db) => findUnindexedKeys(db, schema))
      return faulty(
        [
          faultOf(
            keys.map(({ table, constraint }) => `${table}.${constraint}`),
            {
              severity: 'warn',
              message: `foreign keys without an index: ${keys.length}`,
              fix: {
                sql: keys.map(
                  ({ index, table, columns }) =>
                    `CREATE INDEX CONCURRENTLY ${index} ON ${table} (${columns})`,
                ),
                safe: true,
              },
            },
          ),
        ],
        'every foreign key has an index',
      )
    },
  },
  {
    id: 'schema.duplicates',
    severity: 'info',
    examine: async ({ ask, database, way: { schema } }) => {
      const needed = await ourIndexes(database)
      const indexes = await ask((db) => findDuplicateIndexes(db, { schema, needed }))
      return faulty(
        [
          faultOf(
            indexes.map(({ index, coveredBy }) => `${index} (as ${coveredBy})`),
            {
              severity: 'info',
              message: `indexes that another one makes needless: ${indexes.length}`,
              fix: { sql: indexes.map(({ index }) => `DROP INDEX CONCURRENTLY ${index}`) },
            },
          ),
        ],
        'no index is needless beside another one',
      )
    },
  },
  { id: 'schema.sequences', severity: 'error', examine: examineSequences },
  {
    id: 'schema.extension',
    severity: 'error',
    examine: async ({ ask }) => {
      const { installed, available } = await ask(getTrigramExtension)
      const objects = ['pg_trgm']
      const missing: Fault = {
        severity: 'error',
        message: 'the extension pg_trgm is missing: search does not work',
        objects,
        fix: {
          command: 'then restore its indexes: cto db doctor --only schema.drift',
          sql: ['CREATE EXTENSION pg_trgm'],
        },
      }
      if (installed === null) return { status: 'finding', faults: [missing] }
      if (available === null || installed === available) return healthy(`pg_trgm ${installed}`)
      const older: Fault = {
        severity: 'info',
        message: `pg_trgm ${installed} is older than ${available}, which the server has`,
        objects,
        fix: { sql: ['ALTER EXTENSION pg_trgm UPDATE'] },
      }
      return { status: 'finding', faults: [older] }
    },
  },
  {
    id: 'schema.exposed',
    severity: 'error',
    examine: ({ ask, way: { schema } }) =>
      ask(async (db) => {
        const rights = await findExposedRights(db, schema)
        const definers = await findUnsafeDefiners(db, schema)
        return faulty(
          [
            faultOf(
              rights.map(({ object, grantee, privileges }) => `${object} to ${grantee}: ${privileges}`),
              {
                severity: 'error',
                message: `rights of PUBLIC, anon or authenticated: ${rights.length}`,
                fix: {
                  sql: rights.map(({ object, grantee }) => `REVOKE ALL ON ${object} FROM ${grantee}`),
                  safe: true,
                },
              },
            ),
            faultOf(definers, {
              severity: 'warn',
              message: `SECURITY DEFINER functions without a search_path of their own: ${definers.length}`,
              fix: {
                sql: definers.map(
                  (name) => `ALTER FUNCTION ${name} SET search_path = ${quoteIdentifier(schema)}, pg_temp`,
                ),
              },
            }),
          ],
          'the public has no rights, and no function lends its owner’s',
        )
      }),
  },
]

/** Names without a schema, quoted where SQL requires it. */
export async function ourIndexes(database: Patient['database']): Promise<string[]> {
  const catalogue = await expectedCatalogue(database)
  return catalogue.filter(({ kind }) => kind === 'INDEX').map((index) => tableAndPart(index).part)
}
