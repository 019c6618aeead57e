import { findForeignOwners, findGrants } from '../../data/admin/ownership.js'
import { getTrigramExtension } from '../../data/admin/schema-faults.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import {
  cataloguesBeside,
  expectedCatalogue,
  migrationFault,
  presentCatalogue,
} from '../../engine/inspection.js'
import type { Patient } from './check.js'
import { namesOf } from '../../engine/schema/catalogue.js'
import { driftBetween, nameOf } from './drift.js'
import { changeStatements, createStatements, dropStatement } from './drift-sql.js'
import { limitMs } from './examine.js'
import { excessIn } from './granted.js'
import { faultOf, faulty, unknown, type Verdict } from './verdict.js'

/** Compares the schema with the catalogue of a freshly migrated one. */
export async function examineDrift({ database, ask, way }: Patient): Promise<Verdict> {
  const misfit = await migrationFault(database)
  if (misfit) {
    return unknown('the tables are not those of this version (schema.migrations)', {
      command: misfit.hint ?? 'cto db migrate',
    })
  }
  const { schema } = way
  const expected = await expectedCatalogue(database)
  const present = await presentCatalogue(database, { timeoutMs: limitMs })
  const cataloguedBeside = await cataloguesBeside(database, present)
  const beside = new Set(cataloguedBeside.map(nameOf))
  const owners = await ask((db) =>
    findForeignOwners(db, { ...way, beside: namesOf(cataloguedBeside, 'TABLE') }),
  )
  const grants = excessIn(await ask((db) => findGrants(db, schema)))
  const { missing, changed, extra, others: besideOurs } = driftBetween(expected, present)
  const others = besideOurs.filter((object) => !beside.has(nameOf(object)))
  const extension = await ask(getTrigramExtension)
  const places = new Set([schema, extension.schema ?? schema])
  const path = `SET search_path = ${[...places].map(quoteIdentifier).join(', ')}`
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
