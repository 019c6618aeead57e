import type { RegistryFacts } from '../../data/workspaces/registry-facts.js'
import type { GrantFacts, RoleFacts, WorkspaceFacts } from '../../data/workspaces/workspace-facts.js'
import type { FindingSeverity } from '../../domain/finding.js'
import { limitOf, loginLimits } from '../../domain/workspace.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { firstWithInvokerViews, loginPolicy, loginRights } from '../../engine/registry/guard.js'
import type { ShownWorkspace, Workspace } from '../../shapes/workspace.js'
import type { FaultArea } from '../../shapes/workspace-fault.js'

/** Something in a workspace, or beside all, that is not as `cto` makes it. */
export interface Fault {
  area: FaultArea
  severity: FindingSeverity
  message: string
  /** What a person does; null where the statements repair it. */
  fix: string | null
  /** Statements that put it back, as the operator or as the owner of the workspace. */
  repair: { as: 'operator' | 'owner'; statements: readonly string[] } | null
}

interface Context {
  workspace: Workspace
  facts: WorkspaceFacts
  registry: RegistryFacts
  /** The table of applied migrations. */
  recordTable: string
  /** How a role becomes a member of the owner. */
  membership(member: string): string
}

/** All but the tables themselves: owners, row security, rights, roles. */
export function faultsIn(context: Context): Fault[] {
  const { schemaName: schema } = context.workspace
  if (context.facts.schemaOwner === null)
    return [lost(`the schema ${schema} is missing`, 'cto workspaces restore FILE --as …, from an archive')]
  if (!context.facts.roles.some(({ name }) => name === schema))
    return [
      lost(
        `the role ${schema}, which owns it, is missing`,
        `CREATE ROLE ${quoteIdentifier(schema)} NOLOGIN NOINHERIT`,
      ),
    ]
  return [
    ...ownerFaults(context),
    ...securityFaults(context),
    ...rightFaults(context),
    ...roleFaults(context),
    ...membershipFaults(context),
  ]
}

function lost(message: string, fix: string): Fault {
  return { area: 'schema', severity: 'error', message, fix, repair: null }
}

function ownerFaults({ facts, workspace }: Context): Fault[] {
  const owner = quoteIdentifier(workspace.schemaName)
  return facts.owners.map((each) => ({
    ...error('owners', `${each.object} belongs to ${each.owner}`),
    repair: { as: 'operator', statements: [`ALTER ${each.object} OWNER TO ${owner}`] },
  }))
}

function securityFaults({ facts, workspace }: Context): Fault[] {
  const asOwner = (message: string, ...statements: string[]): Fault => ({
    ...error('security', message),
    repair: { as: 'owner', statements },
  })
  const login = quoteIdentifier(loginOf(workspace.schemaName))
  const hasLogin = loginIn({ facts, workspace }) !== undefined
  const policy = (table: string) =>
    `CREATE POLICY ${loginPolicy} ON ${table} TO ${login} USING (true) WITH CHECK (true)`
  const ours = new Set(facts.policies.filter(({ isOurs }) => isOurs).map(({ table }) => table))
  const tables = facts.relations.filter(({ kind }) => kind === 'table')
  const views = facts.relations.filter(
    ({ kind }) => kind === 'view' && facts.version >= firstWithInvokerViews,
  )
  return [
    ...tables
      .filter(({ hasRowSecurity }) => !hasRowSecurity)
      .map(({ name }) =>
        asOwner(`${name} has no row security`, `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`),
      ),
    ...tables
      .filter(({ isForced }) => isForced)
      .map(({ name }) =>
        asOwner(`row security of ${name} binds its owner`, `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`),
      ),
    ...facts.policies
      .filter(({ isOurs }) => !isOurs)
      .map(({ table, name }) =>
        asOwner(
          `${table} has the policy ${name}, which is not that of its login`,
          `DROP POLICY ${name} ON ${table}`,
        ),
      ),
    ...tables
      .filter(({ name }) => hasLogin && !ours.has(name))
      .map(({ name }) => asOwner(`${name} has no policy for its login`, policy(name))),
    ...views
      .filter(({ isInvoker }) => !isInvoker)
      .map(({ name }) =>
        asOwner(
          `the view ${name} reads with the rights of its owner`,
          `ALTER VIEW ${name} SET (security_invoker = on)`,
        ),
      ),
  ]
}

function rightFaults({ facts, workspace, recordTable }: Context): Fault[] {
  const { schemaName, isActive } = workspace
  const login = quoteIdentifier(loginOf(schemaName))
  const hasLogin = loginIn({ facts, workspace }) !== undefined
  const due = [
    { object: `SCHEMA ${quoteIdentifier(schemaName)}`, key: schemaKey, rights: isActive ? ['USAGE'] : [] },
    ...facts.relations.map((relation) => ({
      object: `${relation.kind === 'sequence' ? 'SEQUENCE' : 'TABLE'} ${relation.name}`,
      key: relation.bare,
      rights: loginRights(relation, { recordTable, version: facts.version }),
    })),
  ]
  const rightsOf = new Map(due.map(({ key, rights }) => [key, rights]))
  const ofLogin = facts.grants.filter(({ grantee }) => grantee === login || grantee === loginOf(schemaName))
  const held = new Set(
    ofLogin.flatMap((grant) => grant.privileges.map((privilege) => `${keyOf(grant)} ${privilege}`)),
  )
  const asOwner = (message: string, statement: string): Fault => ({
    ...error('rights', message),
    repair: { as: 'owner', statements: [statement] },
  })
  return [
    ...facts.grants.flatMap((grant) => {
      const { object, grantee, privileges } = grant
      const allowed = ofLogin.includes(grant) ? (rightsOf.get(keyOf(grant)) ?? []) : []
      const beyond = privileges.filter((privilege) => !allowed.includes(privilege)).join(', ')
      const who = grantee ?? 'PUBLIC'
      return beyond === ''
        ? []
        : [asOwner(`${who} has ${beyond} on ${object}`, `REVOKE ${beyond} ON ${object} FROM ${who}`)]
    }),
    ...due.flatMap(({ object, key, rights }) => {
      const missing = rights.filter((right) => !held.has(`${key} ${right}`)).join(', ')
      return !hasLogin || missing === ''
        ? []
        : [asOwner(`its login lacks ${missing} on ${object}`, `GRANT ${missing} ON ${object} TO ${login}`)]
    }),
    ...facts.defaults.map((each): Fault => ({
      ...error('rights', `objects made later get rights: ${each}`),
      fix: `ALTER DEFAULT PRIVILEGES IN SCHEMA ${quoteIdentifier(schemaName)} REVOKE …`,
    })),
  ]
}

/** No relation has an empty name. */
const schemaKey = ''

function keyOf({ kind, bare }: GrantFacts): string {
  return kind === 'schema' ? schemaKey : bare
}

function roleFaults({ facts, workspace }: Context): Fault[] {
  const { schemaName: schema, subscriptionPlan, isActive } = workspace
  const asOperator = (role: string, message: string, change: string): Fault => ({
    ...error('roles', `the role ${role} ${message}`),
    repair: { as: 'operator', statements: [`ALTER ROLE ${quoteIdentifier(role)} ${change}`] },
  })
  const login = loginIn({ facts, workspace })
  const { connections, statementSeconds } = loginLimits(subscriptionPlan)
  const settings = { search_path: schema, statement_timeout: `${statementSeconds}s` }
  return [
    ...facts.roles.flatMap(({ name, privileges, inherits }) => [
      ...privileges.map((privilege) => asOperator(name, `is ${privilege}`, `NO${privilege}`)),
      ...(inherits ? [asOperator(name, 'inherits', 'NOINHERIT')] : []),
    ]),
    ...facts.roles
      .filter(({ name, canLogin }) => name === schema && canLogin)
      .map(({ name }) => asOperator(name, 'can log in', 'NOLOGIN')),
    ...(login === undefined ? [] : loginFaults(login, { isActive, connections, settings }, asOperator)),
  ]
}

interface LoginDue {
  isActive: boolean
  connections: number
  settings: Readonly<Record<string, string>>
}

function loginFaults(
  login: RoleFacts,
  { isActive, connections, settings }: LoginDue,
  asOperator: (role: string, message: string, change: string) => Fault,
): Fault[] {
  const { name, canLogin } = login
  const set = new Map(
    login.settings.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  )
  return [
    ...(canLogin === isActive
      ? []
      : [
          asOperator(
            name,
            isActive ? 'cannot log in' : 'can log in to a suspended workspace',
            isActive ? 'LOGIN' : 'NOLOGIN',
          ),
        ]),
    ...(login.connections === connections
      ? []
      : [
          asOperator(
            name,
            `may open ${login.connections} connections, by its plan ${connections}`,
            `CONNECTION LIMIT ${connections}`,
          ),
        ]),
    ...Object.entries(settings)
      .filter(([key, value]) => set.get(key)?.replaceAll('"', '') !== value)
      .map(([key, value]) => asOperator(name, `has another ${key} than ${value}`, `SET ${key} = '${value}'`)),
  ]
}

/** Members of the owner are those who may enter; the login is a member of nothing, and nothing of it. */
function membershipFaults({ facts, workspace, registry, membership }: Context): Fault[] {
  const owner = quoteIdentifier(workspace.schemaName)
  const isOwner = (role: string) => role === owner || role === workspace.schemaName
  const asOperator = (message: string, statement: string): Fault => ({
    ...error('roles', message),
    repair: { as: 'operator', statements: [statement] },
  })
  const rightful = ({ role, member }: { role: string; member: string }) =>
    isOwner(role) && registry.entering.includes(member)
  return [
    ...facts.memberships
      .filter((each) => !rightful(each))
      .map(({ role, member }) =>
        asOperator(`${member} is a member of ${role}`, `REVOKE ${role} FROM ${member}`),
      ),
    ...facts.memberships
      .filter((each) => rightful(each) && each.inherits)
      .map(({ role, member }) => asOperator(`${member} inherits the rights of ${role}`, membership(member))),
    ...registry.members
      .filter((name) => !facts.memberships.some(({ role, member }) => isOwner(role) && member === name))
      .map((name) => asOperator(`${name} may not enter`, membership(name))),
  ]
}

/** What it holds beyond its plan or limits of its own: `cto` refuses more, other programs are not counted. */
export function limitFaults(
  { subscriptionPlan, metadata }: Workspace,
  used: ShownWorkspace['limits'],
): Fault[] {
  return used.flatMap(({ record, used: count }) => {
    const most = limitOf(record, subscriptionPlan, metadata.limits)
    return most === null || count <= most
      ? []
      : [
          {
            ...error('limits', `holds ${count} ${record}, and may hold ${most}`),
            severity: 'warn',
            fix: `raise the limit: cto workspaces update --limit ${record}=N`,
          },
        ]
  })
}

/** What all workspaces share. */
export function registryFaults(
  { orphans, trigramSchema, isPublicOpen, unsecured, locks }: RegistryFacts,
  workspaces: readonly Workspace[],
): Fault[] {
  const asOperator = (area: FaultArea, message: string, statement: string): Fault => ({
    ...error(area, message),
    repair: { as: 'operator', statements: [statement] },
  })
  const host = workspaces.find(({ schemaName }) => schemaName === trigramSchema)
  return [
    ...orphans.map((each): Fault => ({
      ...error('schema', `the ${each} is of no workspace`),
      severity: 'warn',
      fix: `adopt the schema: cto workspaces adopt SCHEMA --domain DOMAIN; or drop it`,
    })),
    ...(isPublicOpen
      ? [
          asOperator(
            'rights',
            'everybody may create objects in the schema public',
            'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
          ),
        ]
      : []),
    ...unsecured.map((table) =>
      asOperator(
        'security',
        `public.${table} has no row security`,
        `ALTER TABLE public.${table} ENABLE ROW LEVEL SECURITY`,
      ),
    ),
    ...(host === undefined
      ? []
      : [
          {
            ...error(
              'server',
              `pg_trgm is in the schema of ${host.domain}: to delete that workspace would drop the indexes of all`,
            ),
            fix: 'an administrator runs: ALTER EXTENSION pg_trgm SET SCHEMA public;',
          },
        ]),
    ...(locks.needed <= locks.room ? [] : [lockFault(locks)]),
  ]
}

function lockFault({ needed, room, perTransaction }: RegistryFacts['locks']): Fault {
  return {
    ...error(
      'server',
      `a dump of the whole database locks ${needed} relations, and the server has room for ${room}: it would end with 53200`,
    ),
    severity: 'warn',
    fix: `max_locks_per_transaction = ${Math.ceil((needed / room) * perTransaction * 1.5)} and a restart; or cto workspaces backup --all`,
  }
}

function loginIn({ facts, workspace }: Pick<Context, 'facts' | 'workspace'>): RoleFacts | undefined {
  return facts.roles.find(({ name }) => name === loginOf(workspace.schemaName))
}

function error(area: FaultArea, message: string): Fault {
  return { area, severity: 'error', message, fix: null, repair: null }
}
