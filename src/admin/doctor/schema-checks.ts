import { findForeignOwners, findGrants } from '../../data/admin/ownership.js'
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
import { getCurrentRole } from '../../data/admin/server-facts.js'
import { findSequences, type SequenceState } from '../../data/admin/sequences.js'
import { expectedCatalogue, migrationFault, presentCatalogue } from '../../engine/inspection.js'
import type { Check, Patient } from './check.js'
import { driftBetween, nameOf, tableAndPart } from './drift.js'
import { changeStatements, createStatements, dropStatement } from './drift-sql.js'
import { limitMs } from './examine.js'
import { excessOf } from './granted.js'
import { faultOf, faulty, healthy, unknown, type Fault, type Verdict } from './verdict.js'

const nearlyUsedUp = 0.75
const usedUp = 0.9

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
        fix: { command: 'cto db init', sql: ['CREATE EXTENSION pg_trgm'] },
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
                  (name) => `ALTER FUNCTION ${name} SET search_path = ${quoted(schema)}, pg_temp`,
                ),
              },
            }),
          ],
          'the public has no rights, and no function lends its owner’s',
        )
      }),
  },
]

/** Bare names, quoted where SQL wants it. */
export async function ourIndexes(database: Patient['database']): Promise<string[]> {
  const catalogue = await expectedCatalogue(database)
  return catalogue.filter(({ kind }) => kind === 'INDEX').map((index) => tableAndPart(index).part)
}

async function examineDrift({ database, ask, way }: Patient): Promise<Verdict> {
  const misfit = await migrationFault(database)
  if (misfit) {
    return unknown('the tables are not those of this version (schema.migrations)', {
      command: misfit.hint ?? 'cto db migrate',
    })
  }
  const { schema } = way
  const expected = await expectedCatalogue(database)
  const present = await presentCatalogue(database, { timeoutMs: limitMs })
  const owners = await ask((db) => findForeignOwners(db, way))
  const grants = (await ask((db) => findGrants(db, schema)))
    .map((grant) => ({ ...grant, excess: excessOf(grant) }))
    .filter(({ excess }) => excess.length > 0)
  const { missing, changed, extra, others } = driftBetween(expected, present)
  const extension = await ask(getTrigramExtension)
  const places = [schema, ...(extension.schema === null ? [] : [extension.schema])]
  const path = `SET search_path = ${places.map(quoted).join(', ')}`
  const names = (objects: Parameters<typeof nameOf>[0][]) => objects.map(nameOf)
  return faulty(
    [
      faultOf(names(missing), {
        severity: 'error',
        message: `missing: ${missing.length}`,
        fix: { sql: [path, ...createStatements(missing, expected)] },
      }),
      faultOf(names(changed.map((each) => each.present)), {
        severity: 'error',
        message: `changed: ${changed.length}`,
        fix: { sql: [path, ...changeStatements(changed, expected)] },
      }),
      faultOf(names(extra), {
        severity: 'warn',
        message: `added to the tables of cto: ${extra.length}`,
        fix: { sql: [path, ...extra.map(dropStatement)] },
      }),
      faultOf(
        owners.map(({ object, owner }) => `${object} of ${owner}`),
        {
          severity: 'warn',
          message: `owned by another role than the rest: ${owners.length}`,
          fix: { sql: owners.map(({ object, expected: owner }) => `ALTER ${object} OWNER TO ${owner}`) },
        },
      ),
      faultOf(
        grants.map(({ object, grantee, excess }) => `${object} to ${grantee}: ${excess.join(', ')}`),
        {
          severity: 'warn',
          message: `rights beyond those of cto db grant: ${grants.length}`,
          fix: {
            sql: grants.map(
              ({ object, grantee, excess }) => `REVOKE ${excess.join(', ')} ON ${object} FROM ${grantee}`,
            ),
          },
        },
      ),
      faultOf(names(others), {
        severity: 'info',
        message: `objects beside those of cto: ${others.length}`,
        fix: { command: 'give them a schema of their own', sql: others.flatMap(moveStatement) },
      }),
    ],
    `${expected.length} objects are as the migrations made them`,
  )
}

function moveStatement({ kind, name }: { kind: string; name: string }): string[] {
  return kind === 'CAST' ? [] : [`ALTER ${kind} ${name} SET SCHEMA other`]
}

async function examineSequences({ ask, way: { schema } }: Patient): Promise<Verdict> {
  const { sequences, role } = await ask(async (db) => ({
    sequences: await findSequences(db, schema),
    role: await getCurrentRole(db),
  }))
  const unreadable = sequences.filter(({ mayRead }) => !mayRead)
  if (unreadable.length > 0) {
    return unknown(`this role may not read ${unreadable.map(({ sequence }) => sequence).join(', ')}`, {
      sql: unreadable.map(({ sequence }) => `GRANT SELECT ON SEQUENCE ${sequence} TO ${role}`),
    })
  }
  const behind = sequences.filter(({ last, highest }) => (highest ?? -1) > (last ?? 0))
  const share = ({ last, most }: SequenceState) => (last ?? 0) / most
  const full = sequences.filter((each) => share(each) >= nearlyUsedUp)
  return faulty(
    [
      faultOf(
        behind.map(({ sequence }) => sequence),
        {
          severity: 'error',
          message: behind
            .map(
              ({ sequence, last, highest }) =>
                `${sequence} is at ${last ?? 'its start'}, its column at ${highest ?? 0}`,
            )
            .join('; '),
          fix: {
            sql: behind.map(
              ({ sequence, highest }) =>
                `SELECT setval('${sequence.replaceAll("'", "''")}', ${highest ?? 1})`,
            ),
            safe: true,
          },
        },
      ),
      faultOf(
        full.map(({ sequence }) => sequence),
        {
          severity: full.some((each) => share(each) >= usedUp) ? 'error' : 'warn',
          message: full
            .map(
              (each) =>
                `${each.sequence} has given ${Math.floor(share(each) * 100)} % of the numbers of its column`,
            )
            .join('; '),
          fix: {
            command: 'make the column larger when no one is working',
            sql: full
              .filter(({ canGrow }) => canGrow)
              .flatMap(({ sequence, table, column }) => [
                `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE bigint`,
                `ALTER SEQUENCE ${sequence} AS bigint`,
              ]),
          },
        },
      ),
    ],
    `${sequences.length} sequences are ahead of their columns`,
  )
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
