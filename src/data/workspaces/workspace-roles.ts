import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { asWorkspace, type Bulk } from '../../engine/bulk.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { guardTables, unguardTables } from '../../engine/registry/guard.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { loginLimits, type Plan } from '../../domain/workspace.js'
import type { Workspace } from '../../shapes/workspace.js'
import { asLogin, endSessions } from './login-sessions.js'

/*
 * The login of a workspace: a member of nothing, with rights to the rows of its schema alone.
 */

type Named = Pick<Workspace, 'schemaName' | 'domain' | 'subscriptionPlan'>

/** No rollback brings sessions back. */
interface MayEndSessions {
  dryRun: boolean
}

export async function hasLogin(db: Db, { schemaName }: Pick<Workspace, 'schemaName'>): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ${loginOf(schemaName)}) AS found`
  return row?.found === true
}

/** Makes the login, with the rights of its workspace. Returns its password, which is not stored. */
export async function makeLogin(bulk: Bulk, set: MigrationSet, workspace: Named): Promise<string> {
  const { schemaName: schema, domain } = workspace
  const password = newPassword()
  await run(bulk.db, `CREATE ROLE ${nameOf(workspace)} LOGIN NOINHERIT PASSWORD '${verifierOf(password)}'`)
  await setDefaults(bulk.db, workspace)
  await asWorkspace(bulk, { schema, domain, set }, ({ client }) =>
    guardTables(client, { schema, recordTable: set.recordTable }),
  )
  return password
}

/** Gives it another password and the settings of its plan, in place of those that it has stored. Its sessions are to be ended after that. */
export async function rotateLogin(db: Db, workspace: Named, { dryRun }: MayEndSessions): Promise<string> {
  const password = newPassword()
  if (!dryRun) await endSessions(db, workspace)
  await run(db, `ALTER ROLE ${nameOf(workspace)} PASSWORD '${verifierOf(password)}'`)
  await forgetSettings(db, workspace)
  await setDefaults(db, workspace)
  return password
}

async function setDefaults(db: Db, workspace: Named): Promise<void> {
  await run(db, `ALTER ROLE ${nameOf(workspace)} SET search_path = ${quoteIdentifier(workspace.schemaName)}`)
  await limitLogin(db, workspace, workspace.subscriptionPlan)
}

/** PostgreSQL lets a role store defaults of its own; those for one database take precedence. */
async function forgetSettings(db: Db, workspace: Named): Promise<void> {
  const places = await db.$queryRaw<{ place: string }[]>`
    SELECT coalesce('IN DATABASE ' || quote_ident(b.datname), '') AS place
    FROM pg_db_role_setting s
    JOIN pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_database b ON b.oid = s.setdatabase
    WHERE r.rolname = ${loginOf(workspace.schemaName)}`
  for (const { place } of places) await run(db, `ALTER ROLE ${nameOf(workspace)} ${place} RESET ALL`)
}

/** Lets it log in no more. Its sessions, which could lock the role against that, end first. */
export async function shutOut(db: Db, workspace: Named, { dryRun }: MayEndSessions): Promise<void> {
  if (!dryRun) await endSessions(db, workspace)
  await run(db, `ALTER ROLE ${nameOf(workspace)} NOLOGIN`)
}

/**
 * Drops it, shut out before, with its rights. Returns how it is named now where it stays, since it owns objects of another database.
 */
export async function dropLogin(bulk: Bulk, set: MigrationSet, workspace: Named): Promise<string | null> {
  const { schemaName: schema, domain } = workspace
  await asWorkspace(bulk, { schema, domain, set }, ({ client }) => unguardTables(client, schema))
  return dropLoginRole(bulk.db, workspace)
}

/**
 * Drops the role, which cannot log in, with what every role may make: large objects, default privileges, temporary tables. Where it made
 * such objects in another database, which no session of this one can drop, it stays under another name, without login and rights.
 */
export async function dropLoginRole(
  db: Db,
  workspace: Pick<Workspace, 'schemaName'>,
): Promise<string | null> {
  const login = nameOf(workspace)
  await asLogin(db, workspace, () => run(db, `DROP OWNED BY ${login}`))
  const [row] = await db.$queryRaw<{ isElsewhere: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM pg_shdepend d
      JOIN pg_roles r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass
      JOIN pg_database b ON b.oid = d.dbid
      WHERE r.rolname = ${loginOf(workspace.schemaName)} AND b.datname <> current_database()) AS "isElsewhere"`
  if (row?.isElsewhere !== true) {
    await run(db, `DROP ROLE ${login}`)
    return null
  }
  const kept = `${workspace.schemaName.slice(0, 40)}_revoked_${randomBytes(3).toString('hex')}`
  await run(db, `ALTER ROLE ${login} RENAME TO ${quoteIdentifier(kept)}`)
  return kept
}

/** What its plan allows the login. */
export async function limitLogin(
  db: Db,
  workspace: Pick<Workspace, 'schemaName'>,
  plan: Plan,
): Promise<void> {
  const { connections, statementSeconds } = loginLimits(plan)
  await run(db, `ALTER ROLE ${nameOf(workspace)} CONNECTION LIMIT ${connections}`)
  await run(db, `ALTER ROLE ${nameOf(workspace)} SET statement_timeout = '${statementSeconds}s'`)
}

/** The login can neither log in nor use the schema any more. The caller must end its sessions afterwards. */
export async function suspendLogin(
  bulk: Bulk,
  set: MigrationSet,
  workspace: Named,
  options: MayEndSessions,
): Promise<void> {
  await shutOut(bulk.db, workspace, options)
  await onSchema(bulk, set, workspace, 'REVOKE USAGE ON SCHEMA', 'FROM')
}

export async function resumeLogin(bulk: Bulk, set: MigrationSet, workspace: Named): Promise<void> {
  await onSchema(bulk, set, workspace, 'GRANT USAGE ON SCHEMA', 'TO')
  await run(bulk.db, `ALTER ROLE ${nameOf(workspace)} LOGIN`)
}

/** Rights to a schema are its owner's to give. */
async function onSchema(
  bulk: Bulk,
  set: MigrationSet,
  workspace: Named,
  what: string,
  direction: 'TO' | 'FROM',
): Promise<void> {
  const { schemaName: schema, domain } = workspace
  await asWorkspace(bulk, { schema, domain, set }, ({ db }) =>
    run(db, `${what} ${quoteIdentifier(schema)} ${direction} ${nameOf(workspace)}`),
  )
}

function nameOf({ schemaName }: Pick<Workspace, 'schemaName'>): string {
  return quoteIdentifier(loginOf(schemaName))
}

/** 32 letters, digits, hyphens and underscores: nothing that a URL would have to encode. */
function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

const iterations = 4096

/** What PostgreSQL stores of a password (RFC 5802). Sent in its place, since a server may log its statements. */
function verifierOf(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const server = keyed('Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`
}

async function run(db: Db, statement: string): Promise<void> {
  await db.$executeRaw(Prisma.raw(statement))
}
