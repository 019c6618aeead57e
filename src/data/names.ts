import { CtoError, NotFoundError } from '../errors.js'
import { nearest } from '../domain/nearest.js'
import type { Db } from '../engine/client.js'

/** A person or project that a command named. */
export interface Named {
  id: string
  name: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Candidates of an ambiguous name that are worth printing. */
const mostCandidates = 8

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

/**
 * A project by name (a unique prefix is enough), githubUrl or id, whatever the case; but "API" is not "api" where both
 * are there.
 *
 * @throws NotFoundError with the nearest name, CtoError AMBIGUOUS with the candidates
 */
export async function getProjectByName(db: Db, name: string): Promise<Named> {
  const wanted = name.trim()
  const url = wanted
    .toLowerCase()
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\.git$/, '')
  const found = await db.$queryRaw<(Named & { rank: number })[]>`
    SELECT id::text, name,
      CASE
        WHEN id::text = lower(${wanted}) OR github_url = ${url} OR name = ${wanted} THEN 0
        WHEN lower(name) = lower(${wanted}) THEN 1
        ELSE 2
      END AS rank
    FROM projects
    WHERE id::text = lower(${wanted}) OR github_url = ${url} OR lower(name) LIKE lower(${likePattern(wanted)})
    ORDER BY rank, name, id
    LIMIT ${mostCandidates}`
  return onlyOne('project', wanted, found, async () => {
    const rows = await db.$queryRaw<{ name: string }[]>`SELECT name FROM projects ORDER BY name LIMIT 1000`
    return rows.map((row) => row.name)
  })
}

/**
 * A person by email (the local part is enough where it is unique), name or id, whatever the case.
 *
 * @throws NotFoundError with the nearest email, CtoError AMBIGUOUS with the candidates
 */
export async function getUserByName(db: Db, name: string): Promise<Named> {
  const wanted = name.trim()
  const found = await db.$queryRaw<(Named & { rank: number })[]>`
    SELECT id::text, email AS name,
      CASE WHEN id::text = lower(${wanted}) OR email = lower(${wanted}) THEN 0 ELSE 1 END AS rank
    FROM users
    WHERE id::text = lower(${wanted}) OR email = lower(${wanted}) OR lower(name) = lower(${wanted})
      OR split_part(email, '@', 1) = lower(${wanted})
    ORDER BY rank, email
    LIMIT ${mostCandidates}`
  return onlyOne('user', wanted, found, async () => {
    const rows = await db.$queryRaw<{ email: string }[]>`SELECT email FROM users ORDER BY email LIMIT 1000`
    return rows.map((row) => row.email)
  })
}

async function onlyOne(
  kind: 'project' | 'user',
  wanted: string,
  found: readonly (Named & { rank: number })[],
  known: () => Promise<string[]>,
): Promise<Named> {
  const best = found.filter(({ rank }) => rank === found[0]?.rank)
  const [first] = best
  if (first && best.length === 1) return { id: first.id, name: first.name }
  if (first) {
    const isShared = (name: string) => best.filter((other) => other.name === name).length > 1
    const names = best.map(({ id, name }) => (isShared(name) ? `${name} (${id})` : name))
    throw new CtoError('AMBIGUOUS', `several ${kind}s are called "${wanted}"`, {
      reason: `candidates: ${names.join(', ')}${names.length === mostCandidates ? ', …' : ''}`,
      hint: `name it whole, or by its id`,
    })
  }
  const suggestion = nearest(wanted, await known())
  throw new NotFoundError(kind === 'project' ? `no project named "${wanted}"` : `no user "${wanted}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `cto ${kind}s list`,
  })
}

/** A prefix, with the characters that mean something to LIKE taken as they are. */
function likePattern(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`
}
