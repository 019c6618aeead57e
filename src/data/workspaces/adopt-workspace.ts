import { randomUUID } from 'node:crypto'
import { asWorkspace, type Bulk } from '../../engine/bulk.js'
import type { Db } from '../../engine/client.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { loginOf, mayBeLogin } from '../../engine/registry/entrance.js'
import { guardTables } from '../../engine/registry/guard.js'
import { registrySchema } from '../../engine/registry/registry.js'
import { namesOf, readCatalogue, type Catalogue, type ObjectKind } from '../../engine/schema/catalogue.js'
import { requireNodes } from '../../engine/schema/cluster-nodes.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { compareWithSet, readRecorded } from '../../engine/schema/migrations.js'
import { Prisma } from '../../engine/sql.js'
import { CtoError, NotFoundError, required, UsageError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import { makeOwner, register, type NewWorkspace } from './create-workspace.js'
import { findWorkspace, getWorkspace, recordAct } from './registered.js'
import { latestOf } from './version.js'

/** Kinds that have an owner of their own, in the order in which it can change: a view after what it reads. */
const owned = ['TABLE', 'SEQUENCE', 'VIEW', 'FUNCTION', 'TYPE'] as const satisfies readonly ObjectKind[]

/** PostgreSQL cuts longer names. */
const longestName = 63

/**
 * Makes a workspace of a schema that cto made before there were workspaces, where it is: owner, row security and rights change,
 * the data do not.
 *
 * @throws NotFoundError for an unknown schema; UsageError for `public` and for a name that its roles could not have; CtoError CONFLICT for a name that is taken,
 *   FOREIGN_TABLES, with their names, for objects that are not of cto; NOT_PERMITTED
 */
export async function adoptSchema(
  bulk: Bulk,
  { set, schema }: { set: MigrationSet; schema: string },
  wanted: NewWorkspace,
): Promise<Workspace> {
  const { db } = bulk
  const { domain, now, userAgent } = wanted
  await requireFree(db, schema, { domain, set })
  const present = await inPath(bulk, schema, () =>
    readCatalogue(bulk.client, { schema, recordTable: set.recordTable }),
  )
  const last = await inPath(bulk, schema, () => requireOurs(bulk, { schema, set, present }))
  const tables = [...namesOf(present, 'TABLE'), quoteIdentifier(set.recordTable)]
  const before = await inPath(bulk, schema, () => countRows(db, tables))
  await requireNodes(bulk.client)
  await makeOwner(db, schema)
  await inPath(bulk, schema, () => giveAway(db, schema, present, set))
  await asWorkspace(bulk, { schema, domain, set }, async (inside) => {
    await guardTables(inside.client, { schema, recordTable: set.recordTable })
    const after = await countRows(inside.db, tables)
    if (after !== before) throw new Error(`${before} rows before, ${after} after`)
  })
  const id = randomUUID()
  const migration = { state: 'current' as const, name: last, at: now.toISOString(), error: null }
  await register(db, { id, schema, wanted, migration })
  const details = { schema, plan: wanted.plan, rows: before }
  await recordAct(db, { workspace: { id, domain }, action: 'workspace.adopt', details, userAgent, now })
  return getWorkspace(db, latestOf(set), domain)
}

async function requireFree(
  db: Db,
  schema: string,
  { domain, set }: { domain: string; set: MigrationSet },
): Promise<void> {
  if (schema === registrySchema) {
    throw new UsageError('the schema public cannot be a workspace: everybody may use it', {
      hint: `copy its tables: cto workspaces clone none ${domain}`,
    })
  }
  if (mayBeLogin(schema) || loginOf(schema).length > longestName) {
    throw new UsageError(`a schema named ${schema} cannot be a workspace`, {
      reason: `its owner and its login would be named ${schema} and ${loginOf(schema)}: at most ${longestName} characters, and no name that the login of another workspace can have`,
      hint: `ALTER SCHEMA ${quoteIdentifier(schema)} RENAME TO …`,
    })
  }
  const taken = await findWorkspace(db, latestOf(set), domain)
  if (taken) throw conflict(`the workspace ${domain} exists already`, `cto workspaces show ${domain}`)
  const [row] = await db.$queryRaw<{ exists: boolean; registered: boolean; role: string | null }[]>`
    SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema}) AS exists,
      EXISTS (SELECT FROM public.tenants WHERE schema_name = ${schema}) AS registered,
      (SELECT min(rolname)::text FROM pg_roles WHERE rolname IN (${schema}, ${loginOf(schema)})) AS role`
  const { exists, registered, role } = required(row, 'a row without FROM')
  if (!exists)
    throw new NotFoundError(`no schema "${schema}"`, { hint: 'cto db inspect tables --all-schemas' })
  if (registered) throw conflict(`the schema ${schema} is a workspace already`, 'cto workspaces list')
  if (role !== null)
    throw conflict(
      `a role named ${role} exists, which the workspace would need`,
      `rename one of them: ALTER ROLE ${quoteIdentifier(role)} RENAME TO …`,
    )
}

function conflict(what: string, hint: string): CtoError {
  return new CtoError('CONFLICT', what, { hint })
}

/** The last migration that was applied. @throws CtoError FOREIGN_TABLES */
async function requireOurs(
  { db, client }: Bulk,
  { schema, set, present }: { schema: string; set: MigrationSet; present: Catalogue },
): Promise<string> {
  const [row] = await db.$queryRaw<{ recorded: boolean }[]>`
    SELECT to_regclass(${quoteIdentifier(set.recordTable)}) IS NOT NULL AS recorded`
  const { state, migrations } = row?.recorded
    ? compareWithSet(await readRecorded(client, set.recordTable), set)
    : { state: null, migrations: [] }
  const expected = await set.catalogue()
  const foreign = owned.flatMap((kind) => {
    const ours = new Set(namesOf(expected, kind))
    return namesOf(present, kind)
      .filter((name) => !ours.has(name))
      .map((name) => `${kind.toLowerCase()} ${name}`)
  })
  if (foreign.length > 0 || (state !== 'current' && state !== 'older')) {
    throw new CtoError('FOREIGN_TABLES', `the schema ${schema} is not one of cto alone`, {
      reason: foreign.length > 0 ? foreign.join(', ') : `its migrations are ${state ?? 'not recorded'}`,
      hint: foreign.length > 0 ? 'move these elsewhere, then try again' : 'cto db status',
    })
  }
  return required(migrations.filter((each) => each.state === 'applied').at(-1), 'an applied migration').name
}

/** A sequence that belongs to a column follows its table. */
async function giveAway(
  db: Db,
  schema: string,
  present: Catalogue,
  { recordTable }: MigrationSet,
): Promise<void> {
  const [inSchema, owner] = [quoteIdentifier(schema), quoteIdentifier(schema)]
  const objects = present.filter(
    ({ kind, definition }) => kind !== 'SEQUENCE' || definition.endsWith('OWNED BY NONE'),
  )
  const named = owned.flatMap((kind) => namesOf(objects, kind).map((name) => `${kind} ${name}`))
  const statements = [
    `GRANT USAGE, CREATE ON SCHEMA ${inSchema} TO ${owner}`,
    ...[...named, `TABLE ${quoteIdentifier(recordTable)}`].map(
      (object) => `ALTER ${object} OWNER TO ${owner}`,
    ),
    // Last: from here on the operator does not reach what is in it.
    `ALTER SCHEMA ${inSchema} OWNER TO ${owner}`,
  ]
  for (const statement of statements) await db.$executeRaw(Prisma.raw(statement))
}

async function countRows(db: Db, tables: readonly string[]): Promise<number> {
  const counts = tables.map((name) => `(SELECT count(*) FROM ${name})`).join(' + ')
  const [row] = await db.$queryRaw<{ rows: number }[]>`SELECT (${Prisma.raw(counts)})::float8 AS rows`
  return required(row, 'a sum').rows
}

/** Runs `work` with the schema as the search path, then with that of the registry again. */
async function inPath<T>({ client }: Bulk, schema: string, work: () => Promise<T>): Promise<T> {
  const set = (name: string) =>
    client.query("SELECT set_config('search_path', $1, true)", [quoteIdentifier(name)])
  await set(schema)
  const result = await work()
  await set(registrySchema)
  return result
}
