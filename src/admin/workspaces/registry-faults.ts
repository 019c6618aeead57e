import type { RegistryRights } from '../../data/workspaces/registry-rights.js'
import { error, type Fault } from './fault.js'

/** Its own tables, by what they are for. */
interface RegistryTables {
  /** The table of applied migrations. */
  recordTable: string
  /** Roles that may enter every workspace and make none. */
  everyday: readonly string[]
  /** Whether the workspaces can have logins. */
  hasLogins: boolean
}

/** Owners, row security and rights of the tables of the registry. */
export function registryFaults(rights: RegistryRights, tables: RegistryTables): Fault[] {
  const ofOwner = (
    area: 'owners' | 'security' | 'rights',
    message: string,
    ...statements: string[]
  ): Fault => ({
    ...error(area, message),
    repair: { as: 'operator', statements },
  })
  const { owner, strayed, policies } = rights
  const secured = rights.tables.filter(({ name }) => name !== tables.recordTable)
  return [
    ...strayed.map((each) =>
      ofOwner('owners', `${each.object} belongs to ${each.owner}`, `ALTER ${each.object} OWNER TO ${owner}`),
    ),
    ...secured
      .filter(({ hasRowSecurity }) => !hasRowSecurity)
      .map(({ name }) =>
        ofOwner(
          'security',
          `public.${name} has no row security`,
          `ALTER TABLE public.${name} ENABLE ROW LEVEL SECURITY`,
        ),
      ),
    ...secured
      .filter(({ isForced }) => isForced)
      .map(({ name }) =>
        ofOwner(
          'security',
          `row security of public.${name} binds its owner`,
          `ALTER TABLE public.${name} NO FORCE ROW LEVEL SECURITY`,
        ),
      ),
    ...policies.map(({ table, name }) =>
      ofOwner(
        'security',
        `public.${table} has the policy ${name}, which is not that of cto`,
        `DROP POLICY "${name.replaceAll('"', '""')}" ON public.${table}`,
      ),
    ),
    ...rightFaults(rights, tables, ofOwner),
  ]
}

function rightFaults(
  { grants }: RegistryRights,
  { recordTable, everyday, hasLogins }: RegistryTables,
  ofOwner: (area: 'rights', message: string, statement: string) => Fault,
): Fault[] {
  const due = [
    { table: recordTable, grantee: null, right: 'SELECT' },
    ...everyday.flatMap((grantee) => [
      { table: 'tenants', grantee, right: 'SELECT' },
      { table: 'tenant_audit', grantee, right: 'INSERT' },
    ]),
  ]
  const held = (each: (typeof due)[number]) =>
    grants.some(
      ({ bare, grantee, privileges }) =>
        bare === each.table && grantee === each.grantee && privileges.includes(each.right),
    )
  return [
    ...grants.flatMap(({ object, bare, grantee, privileges }) => {
      const isDue = (right: string) =>
        due.some((each) => each.table === bare && each.grantee === grantee && each.right === right)
      const beyond = privileges.filter((right) => !isDue(right)).join(', ')
      const who = grantee ?? 'PUBLIC'
      return beyond === ''
        ? []
        : [
            ofOwner(
              'rights',
              `${who} has ${beyond} on ${object}`,
              `REVOKE ${beyond} ON ${object} FROM ${who} CASCADE`,
            ),
          ]
    }),
    ...due
      // Where there are no logins, only init grants what they read.
      .filter((each) => !held(each) && (hasLogins || each.grantee !== null))
      .map(({ table, grantee, right }) => {
        const who = grantee ?? 'PUBLIC'
        return ofOwner(
          'rights',
          `${who} lacks ${right} on TABLE public.${table}`,
          `GRANT ${right} ON public.${table} TO ${who}`,
        )
      }),
  ]
}
