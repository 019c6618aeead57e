import { NotFoundError, type CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { ambiguous } from '../names.js'
import { notWhole } from '../whole-names.js'
import { getAuthorIds } from './delivery-names.js'

/** An account that a name is of, or to which the address belongs that has the name. */
interface Candidate {
  id: string
  host: string
  externalId: string | null
  userId: string | null
  login: string | null
  email: string | null
}

const accountsFound = Prisma.sql`
  SELECT DISTINCT coalesce(m.id, a.id)::text AS id, coalesce(m.host, a.host) AS host,
    coalesce(m.external_id, a.external_id)::text AS "externalId", coalesce(m.user_id, a.user_id)::text AS "userId",
    coalesce(m.login, a.login) AS login, coalesce(m.email, a.email) AS email
  FROM accounts a
  LEFT JOIN accounts m ON m.id = a.main_id`

/**
 * The ids of the accounts of one person, by a whole login, `login at host`, address or id of an account, or by the email or id of
 * a user: an erasure cannot be taken back.
 *
 * @throws NotFoundError with the account that may be meant, CtoError AMBIGUOUS for a name of several people
 */
export async function getErasableIds(db: Db, name: string): Promise<string[]> {
  const named = await db.$queryRaw<Candidate[]>`
    ${accountsFound}
    WHERE lower(a.login) = lower(${name}) OR a.email = lower(${name}) OR a.id::text = lower(${name})
      OR lower(concat_ws(' at ', coalesce(a.login, a.email), a.host)) = lower(${name})
    ORDER BY 2, 5, 1`
  requireOnePerson(name, named)
  if (named.length > 0) return idsOf(named)
  const ofUser = await db.$queryRaw<Candidate[]>`
    ${accountsFound}
    WHERE coalesce(m.user_id, a.user_id) IN (
      SELECT id FROM users WHERE email = lower(${name}) OR id::text = lower(${name})
    )`
  if (ofUser.length > 0) return idsOf(ofUser)
  throw await refusalOf(db, name)
}

function idsOf(candidates: readonly Candidate[]): string[] {
  return candidates.map(({ id }) => id)
}

/** @throws CtoError AMBIGUOUS */
function requireOnePerson(name: string, named: readonly Candidate[]): void {
  const people = new Set(named.map((each) => personOf(each, named)))
  if (people.size < 2) return
  const places = named.map(({ host, login, email }) => `${login ?? email ?? ''} at ${host}`)
  const isShared = (place: string) => places.indexOf(place) !== places.lastIndexOf(place)
  throw ambiguous('accounts', {
    name,
    labels: named.map(({ id }, i) => (isShared(places[i] ?? '') ? `${places[i]} (${id})` : `${places[i]}`)),
    hint: 'use the name with its host in quotes, or the id',
  })
}

/**
 * The user, else the account at the host. An address that was pushed with a login is of the account there that has it; one without
 * is the same person's on every host.
 */
function personOf(candidate: Candidate, named: readonly Candidate[]): string {
  const { login, host, userId } = candidate
  if (login === null) return userId ?? named.find((each) => each.userId !== null)?.userId ?? 'address'
  const account = named.find((each) => each.host === host && each.externalId !== null)
  const of = candidate.externalId === null ? (account ?? candidate) : candidate
  return userId ?? of.userId ?? `${host} ${of.externalId ?? ''}`
}

/** What a name that is of no account in whole may mean. */
async function refusalOf(db: Db, name: string): Promise<CtoError> {
  const ids = await getAuthorIds(db, name)
  const meant = await db.$queryRaw<Candidate[]>`
    ${accountsFound}
    WHERE a.id = ANY(${ids}::uuid[])
    ORDER BY 2, 5, 1`
  const hint = 'cto accounts list'
  const labels = meant.map(({ login, email, id }) => login ?? email ?? id)
  const [label] = labels
  if (label === undefined) return new NotFoundError(`${name} has no account`, { hint })
  return notWhole({ what: 'account', listedBy: hint }, name, label)
}
