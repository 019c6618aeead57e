import { endings } from '../../data/workspaces/login-sessions.js'
import type { MembershipFacts, RoleFacts, StoredSetting } from '../../data/workspaces/workspace-facts.js'
import { loginLimits } from '../../domain/workspace.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { error, loginIn, type Context, type Fault } from './fault.js'

/** PostgreSQL 16: CREATEROLE alone does not change roles that others have made. */
const firstWithAdmins = 160_000

/** What the owner and the login of a workspace are that they should not be. */
export function roleFaults({ facts, workspace }: Context): Fault[] {
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
  const isDue = ({ name: key, database }: StoredSetting) => key in settings && database === null
  const set = new Map(login.settings.filter(isDue).map(({ name: key, value }) => [key, value]))
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
    ...login.settings.filter((each) => !isDue(each)).map((each) => settingFault(login, each)),
    ...(isActive || login.sessions === 0
      ? []
      : [
          {
            ...error('roles', `the role ${name} has sessions, and its workspace is suspended`),
            repair: { as: 'login' as const, statements: endings },
          },
        ]),
    ...(login.ownObjects === 0 ? [] : [ownedFault(login)]),
  ]
}

/** A login may store defaults of its own, which apply to its sessions only. */
function settingFault({ name }: RoleFacts, { name: key, value, database }: StoredSetting): Fault {
  const [place, where] = database === null ? ['', ''] : [` IN DATABASE ${database}`, ' in this database']
  const parameter = key.split('.').map(quoteIdentifier).join('.')
  return {
    ...error('roles', `the role ${name} starts with ${key} = ${value}${where}`),
    severity: 'warn',
    repair: {
      as: 'operator',
      statements: [`ALTER ROLE ${quoteIdentifier(name)}${place} RESET ${parameter}`],
    },
  }
}

function ownedFault({ name, ownObjects }: RoleFacts): Fault {
  return {
    ...error('roles', `the role ${name} owns ${ownObjects} large objects or default privileges`),
    severity: 'warn',
    fix: `SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE lomowner = '${name}'::regrole; --revoke drops them too`,
  }
}

/**
 * Only roles that may enter are members of the owner. The login is a member of no role, and has no members but, since PostgreSQL
 * 16, the role that made it: a membership with ADMIN alone, by which that role can change it.
 */
export function membershipFaults({ facts, workspace, registry, membership }: Context): Fault[] {
  const owner = quoteIdentifier(workspace.schemaName)
  const isOwner = (role: string) => role === owner || role === workspace.schemaName
  const asOperator = (message: string, statement: string): Fault => ({
    ...error('roles', message),
    repair: { as: 'operator', statements: [statement] },
  })
  const { memberships } = facts
  const manages = (member: string) => member === registry.rights.owner
  const rightful = ({ role, member, inherits, isSettable }: MembershipFacts) =>
    isOwner(role) ? registry.entering.includes(member) : manages(member) && !inherits && !isSettable
  const managed = facts.version < firstWithAdmins || registry.isSuperuser ? [] : facts.roles
  return [
    ...memberships
      .filter((each) => !rightful(each))
      .map(({ role, member }) =>
        // A member with ADMIN, as the login that made the role is, may have let in itself and others.
        asOperator(`${member} is a member of ${role}`, `REVOKE ${role} FROM ${member} CASCADE`),
      ),
    ...memberships
      .filter((each) => rightful(each) && each.inherits)
      .map(({ role, member }) => asOperator(`${member} inherits the rights of ${role}`, membership(member))),
    ...registry.members
      .filter((name) => !memberships.some(({ role, member }) => isOwner(role) && member === name))
      .map((name) => asOperator(`${name} may not enter`, membership(name))),
    ...managed
      .filter(
        ({ quoted }) =>
          !memberships.some(({ role, member, isAdmin }) => role === quoted && manages(member) && isAdmin),
      )
      .map(({ quoted }) =>
        asOperator(
          `${registry.rights.owner} may not change the role ${quoted}`,
          `GRANT ${quoted} TO ${registry.rights.owner} WITH ADMIN TRUE, INHERIT FALSE, SET ${isOwner(quoted) ? 'TRUE' : 'FALSE'}`,
        ),
      ),
  ]
}
