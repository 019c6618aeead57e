import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { findByName, getNamed, meantMe, type NamedRows } from '../names.js'

export const namedOrganizations: NamedRows = {
  what: 'organization named',
  plural: 'organizations',
  from: Prisma.sql`organizations o`,
  id: Prisma.sql`o.id`,
  name: Prisma.sql`o.slug`,
  waysOf: (name) => ({
    called: [bySlug(name), Prisma.sql`lower(o.name) = lower(${name})`],
    whole: [bySlug(name)],
  }),
  listedBy: 'cto orgs list',
  hint: 'use the slug, or the id',
}

function bySlug(name: string): Prisma.Sql {
  return Prisma.sql`(o.id::text = lower(${name}) OR lower(o.slug) = lower(${name}))`
}

export const namedRepositories: NamedRows = {
  what: 'repository named',
  plural: 'repositories',
  from: Prisma.sql`repositories r`,
  id: Prisma.sql`r.id`,
  name: Prisma.sql`r.full_name`,
  waysOf(name) {
    const hasAddress = Prisma.sql`(r.id::text = lower(${name}) OR lower(r.url) = lower(${name}))`
    return {
      called: [hasAddress, ...waysOfRepository(name)],
      whole: [hasAddress, byFullName(name)],
    }
  },
  listedBy: 'cto repos list',
}

/** Conditions on `r`: it is called `owner/name`, has that name under any owner, or had it before. */
export function waysOfRepository(name: string): Prisma.Sql[] {
  return [
    byFullName(name),
    Prisma.sql`lower(split_part(r.full_name, '/', 2)) = lower(${name})`,
    Prisma.sql`lower(${name}) = ANY(lower(r.previous_names::text)::text[])`,
  ]
}

function byFullName(name: string): Prisma.Sql {
  return Prisma.sql`lower(r.full_name) = lower(${name})`
}

/** By its slug, its name or its id. @throws NotFoundError, CtoError AMBIGUOUS */
export async function getOrganizationId(db: Db, name: string): Promise<string> {
  return (await getNamed(db, namedOrganizations, name)).id
}

/**
 * By `owner/name`, its name alone, a name it had before, its address or its id. @throws NotFoundError, CtoError AMBIGUOUS
 */
export async function getRepositoryId(db: Db, name: string): Promise<string> {
  return (await getNamed(db, namedRepositories, name)).id
}

/** The accounts of a person: those of a user, else of a login or of an address that no login has. */
const personKey = Prisma.sql`coalesce(m.user_id::text, a.user_id::text, lower(m.login), lower(a.login), a.email)`

const namedPeople = {
  what: 'account',
  plural: 'accounts',
  from: Prisma.sql`(
    SELECT ${personKey} AS id, min(coalesce(m.login, a.login, a.email)) AS name,
      array_agg(split_part(a.email, '@', 1)) || array_agg(lower(a.name)) AS called
    FROM accounts a
    LEFT JOIN accounts m ON m.id = a.main_id
    GROUP BY 1
  ) AS p`,
  id: Prisma.sql`p.id`,
  name: Prisma.sql`p.name`,
  waysOf: (name: string) => ({ called: [Prisma.sql`lower(${name}) = ANY(p.called)`] }),
  hint: 'use the login or the whole address',
} satisfies Omit<NamedRows, 'listedBy'>

/**
 * The ids of the accounts of an author: those of a login or an e-mail address, else those of a user, else those of the person
 * whose address has that local part, or whose account that name. @throws NotFoundError, CtoError AMBIGUOUS
 */
export async function getAuthorIds(db: Db, name: string): Promise<string[]> {
  const byAccount = await accountsWhere(
    db,
    Prisma.sql`lower(a.login) = lower(${name}) OR a.email = lower(${name}) OR a.id::text = lower(${name})`,
  )
  if (byAccount.length > 0) return byAccount
  const user = await findByName(db, 'user', name)
  if (user !== null)
    return accountsWhere(db, Prisma.sql`a.user_id = ${user.id}::uuid OR m.user_id = ${user.id}::uuid`)
  const person = await getNamed(db, { ...namedPeople, listedBy: meantMe(name) ?? 'cto accounts list' }, name)
  return accountsWhere(db, Prisma.sql`${personKey} = ${person.id}`)
}

async function accountsWhere(db: Db, condition: Prisma.Sql): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT coalesce(m.id, a.id)::text AS id
    FROM accounts a
    LEFT JOIN accounts m ON m.id = a.main_id
    WHERE ${condition}`
  return rows.map(({ id }) => id)
}
