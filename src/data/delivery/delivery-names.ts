import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { ambiguous, getByName, unknownName } from '../names.js'

/** The id of an organization by its slug, its name or its id. @throws NotFoundError, CtoError AMBIGUOUS */
export async function getOrganizationId(db: Db, name: string): Promise<string> {
  const found = await db.$queryRaw<Found[]>`
    SELECT o.id::text, o.slug AS name
    FROM organizations o
    WHERE lower(o.slug) = lower(${name}) OR lower(o.name) = lower(${name}) OR o.id::text = lower(${name})
    ORDER BY o.slug
    LIMIT 9`
  return onlyOne(found, {
    name,
    what: 'organization',
    plural: 'organizations',
    listedBy: 'cto orgs list',
    known: () => namesOf(db, Prisma.sql`SELECT o.slug AS name FROM organizations o`),
  })
}

/**
 * The id of a repository by `owner/name`, by its name alone, by a name it had before or by its id. @throws NotFoundError,
 * CtoError AMBIGUOUS
 */
export async function getRepositoryId(db: Db, name: string): Promise<string> {
  const found = await db.$queryRaw<(Found & { isFormer: boolean })[]>`
    SELECT r.id::text, r.full_name AS name, NOT ${isCalled(name)} AS "isFormer"
    FROM repositories r
    WHERE ${isCalled(name)} OR lower(${name}) = ANY(lower(r.previous_names::text)::text[])
    ORDER BY 3, r.full_name, r.id
    LIMIT 9`
  const present = found.filter(({ isFormer }) => !isFormer)
  return onlyOne(present.length > 0 ? present : found, {
    name,
    what: 'repository',
    plural: 'repositories',
    listedBy: 'cto repos list',
    known: () => namesOf(db, Prisma.sql`SELECT r.full_name AS name FROM repositories r`),
  })
}

function isCalled(name: string): Prisma.Sql {
  return Prisma.sql`(
    lower(r.full_name) = lower(${name}) OR lower(split_part(r.full_name, '/', 2)) = lower(${name})
    OR r.id::text = lower(${name}))`
}

/**
 * The ids of the accounts of an author: those of a login or an e-mail address, else those of a user. @throws NotFoundError,
 * CtoError AMBIGUOUS
 */
export async function getAuthorIds(db: Db, name: string): Promise<string[]> {
  const byAccount = await accountsWhere(
    db,
    Prisma.sql`lower(a.login) = lower(${name}) OR a.email = lower(${name}) OR a.id::text = lower(${name})`,
  )
  if (byAccount.length > 0) return byAccount
  const { id } = await getByName(db, 'user', name)
  return accountsWhere(db, Prisma.sql`a.user_id = ${id}::uuid OR m.user_id = ${id}::uuid`)
}

async function accountsWhere(db: Db, condition: Prisma.Sql): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT coalesce(m.id, a.id)::text AS id
    FROM accounts a
    LEFT JOIN accounts m ON m.id = a.main_id
    WHERE ${condition}`
  return rows.map(({ id }) => id)
}

interface Found {
  id: string
  name: string
}

interface Wanted {
  name: string
  what: string
  plural: string
  listedBy: string
  known(): Promise<string[]>
}

async function onlyOne(
  found: readonly Found[],
  { name, what, plural, listedBy, known }: Wanted,
): Promise<string> {
  const [first] = found
  if (!first) throw unknownName(`${what} named`, { name, known: await known(), hint: listedBy })
  if (found.length === 1) return first.id
  const labels = found.map((each) => `${each.name} (${each.id})`)
  throw ambiguous(plural, { name, labels, hint: 'use the full name, or the id' })
}

async function namesOf(db: Db, names: Prisma.Sql): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`${names} LIMIT 1000`
  return rows.map(({ name }) => name)
}
