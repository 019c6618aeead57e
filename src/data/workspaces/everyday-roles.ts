import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { NotFoundError } from '../../errors.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { getOperator, membership, requireSeparate, type Operator } from './operator.js'

/*
 * Roles that may enter every workspace, and make none. The policy that shows them the registry is their list.
 */

export const reading = 'tenants_everyday'
export const auditing = 'tenant_audit_everyday'

/** As SQL spells them. */
export async function everydayRoles(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ role: string }[]>`
    SELECT quote_ident(role) AS role
    FROM pg_policies, unnest(roles) AS role
    WHERE schemaname = 'public' AND tablename = 'tenants' AND policyname = ${reading}
    ORDER BY 1`
  return rows.map(({ role }) => role)
}

/** Lets a role enter every workspace that there is or will be. @throws NotFoundError; CtoError NOT_PERMITTED for one that inherits, before PostgreSQL 16 */
export async function letInEveryday(db: Db, name: string): Promise<void> {
  const { version } = await getOperator(db)
  const [role] = await db.$queryRaw<Pick<Operator, 'name' | 'isSuperuser' | 'inherits'>[]>`
    SELECT quote_ident(rolname) AS name, rolsuper AS "isSuperuser", rolinherit AS inherits
    FROM pg_roles
    WHERE rolname = ${name}`
  if (!role)
    throw new NotFoundError(`no role "${name}" on the server`, {
      hint: `CREATE ROLE ${name} LOGIN NOINHERIT`,
    })
  requireSeparate(
    { ...role, version },
    {
      statements: ["CREATE ROLE cto_everyday LOGIN NOINHERIT PASSWORD '…'"],
      then: 'cto workspaces init --everyday cto_everyday',
    },
  )
  const present = await everydayRoles(db)
  if (!present.includes(role.name)) {
    const all = [...present, role.name].join(', ')
    const statements =
      present.length === 0
        ? [
            `CREATE POLICY ${reading} ON public.tenants FOR SELECT TO ${all} USING (true)`,
            `CREATE POLICY ${auditing} ON public.tenant_audit FOR INSERT TO ${all} WITH CHECK (true)`,
          ]
        : [
            `ALTER POLICY ${reading} ON public.tenants TO ${all}`,
            `ALTER POLICY ${auditing} ON public.tenant_audit TO ${all}`,
          ]
    for (const statement of [
      ...statements,
      `GRANT SELECT ON public.tenants TO ${role.name}`,
      `GRANT INSERT ON public.tenant_audit TO ${role.name}`,
    ])
      await db.$executeRaw(Prisma.raw(statement))
  }
  const owners = await db.$queryRaw<
    { schema: string }[]
  >`SELECT schema_name AS schema FROM public.tenants ORDER BY 1`
  for (const { schema } of owners)
    await db.$executeRaw(Prisma.raw(membership(quoteIdentifier(schema), role.name, version)))
}
