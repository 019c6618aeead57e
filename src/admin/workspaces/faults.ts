import type { DefaultFacts, GrantFacts } from '../../data/workspaces/grant-facts.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { firstWithInvokerViews, loginPolicy, loginRights } from '../../engine/registry/guard.js'
import { error, loginIn, type Context, type Fault } from './fault.js'
import { membershipFaults, roleFaults } from './role-faults.js'

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
      const { object, grantee, privileges, grantable } = grant
      const allowed = ofLogin.includes(grant) ? (rightsOf.get(keyOf(grant)) ?? []) : []
      const beyond = privileges.filter((privilege) => !allowed.includes(privilege)).join(', ')
      const toGive = grantable.filter((privilege) => allowed.includes(privilege)).join(', ')
      const who = grantee ?? 'PUBLIC'
      return [
        ...(beyond === ''
          ? []
          : [
              asOwner(
                `${who} has ${beyond} on ${object}`,
                `REVOKE ${beyond} ON ${object} FROM ${who} CASCADE`,
              ),
            ]),
        ...(toGive === ''
          ? []
          : [
              asOwner(
                `${who} may give ${toGive} on ${object} to others`,
                `REVOKE GRANT OPTION FOR ${toGive} ON ${object} FROM ${who} CASCADE`,
              ),
            ]),
      ]
    }),
    ...due.flatMap(({ object, key, rights }) => {
      const missing = rights.filter((right) => !held.has(`${key} ${right}`)).join(', ')
      return !hasLogin || missing === ''
        ? []
        : [asOwner(`its login lacks ${missing} on ${object}`, `GRANT ${missing} ON ${object} TO ${login}`)]
    }),
    ...facts.defaults.map((each) => defaultFault(each, schemaName)),
  ]
}

function defaultFault(
  { role, isOwner, isInSchema, objects, grantee, privileges }: DefaultFacts,
  schema: string,
): Fault {
  const who = grantee ?? 'PUBLIC'
  const place = isInSchema ? ` IN SCHEMA ${quoteIdentifier(schema)}` : ''
  return {
    ...error('rights', `${who} gets ${privileges.join(', ')} on ${objects.toLowerCase()} that ${role} makes`),
    repair: {
      as: isOwner ? 'owner' : 'operator',
      statements: [
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${role}${place} REVOKE ALL ON ${objects} FROM ${who} CASCADE`,
      ],
    },
  }
}

/** No relation has an empty name. */
const schemaKey = ''

function keyOf({ kind, bare }: GrantFacts): string {
  return kind === 'schema' ? schemaKey : bare
}
