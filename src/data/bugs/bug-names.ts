import { nearest } from '../../domain/nearest.js'
import { type CtoError, NotFoundError, required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { ambiguous, isUuid } from '../names.js'

interface NamedBug {
  /** The name as given. */
  name: string
  id: string
  bugNumber: string
  externalSource: string | null
  externalId: string | null
  /** Lower is a better match. */
  rank: number
}

/**
 * The id of a bug by number (`BUG-1001` or `1001`), key of the tracker it came from, URL there, a key it had there before,
 * or id, whatever the case; a former key as it was, in capitals or in small letters. A URL that is not stored is taken for
 * the key at its end.
 *
 * @throws NotFoundError with the nearest name, CtoError AMBIGUOUS with the candidates
 */
export async function getBugId(db: Db, name: string): Promise<string> {
  const [id] = await getBugIds(db, [name])
  return required(id, 'the id of the bug that was named')
}

/** Ids in the order of the names. @throws as `getBugId`, for the first name without a bug */
export async function getBugIds(db: Db, names: readonly string[]): Promise<string[]> {
  return (await findBugIdsByName(db, names)).map((found) => {
    if (typeof found === 'string') return found
    throw found
  })
}

/** For each name the id, or the error; any number of names in one or two statements. */
export async function findBugIdsByName(db: Db, names: readonly string[]): Promise<(string | CtoError)[]> {
  const wanted = names.map((name) => name.trim())
  const distinct = [...new Set(wanted)]
  const numbered = await findNumbered(db, distinct)
  const known = new Set(numbered.map(({ name }) => name))
  const others = distinct.filter((name) => !known.has(name))
  const bugs = new Map<string, NamedBug[]>()
  for (const bug of [...numbered, ...(await findNamed(db, others))]) {
    bugs.set(bug.name, [...(bugs.get(bug.name) ?? []), bug])
  }
  const ids: (string | CtoError)[] = []
  for (const name of wanted) ids.push(await onlyOne(db, name, bugs.get(name) ?? []))
  return ids
}

/** The ids of the bugs that a text names by number, key, URL or id; none where it names none. */
export async function findBugsNamed(db: Db, text: string): Promise<string[]> {
  const name = text.trim()
  const numbered = await findNumbered(db, [name])
  const found = numbered.length > 0 ? numbered : await findNamed(db, [name])
  return [...new Set(found.filter(({ rank }) => rank === found[0]?.rank).map(({ id }) => id))]
}

const columns = Prisma.sql`b.id::text, b.bug_number AS "bugNumber", b.external_source AS "externalSource", b.external_id AS "externalId"`

/** Finds bugs by number, the usual case, with a statement that is planned fast. */
async function findNumbered(db: Db, names: readonly string[]): Promise<NamedBug[]> {
  const numbered = names.filter((name) => numberOf(name) !== null)
  if (numbered.length === 0) return []
  return db.$queryRaw<NamedBug[]>`
    SELECT w.name, ${columns}, 0 AS rank
    FROM unnest(${numbered}::text[], ${numbered.map(numberOf)}::text[]) AS w(name, number)
    JOIN bugs b ON b.bug_number = w.number`
}

async function findNamed(db: Db, names: readonly string[]): Promise<NamedBug[]> {
  if (names.length === 0) return []
  const urls = names.filter(isUrl)
  const ids = names.filter(isUuid)
  const keys = names.flatMap((name) => (isUrl(name) ? keysIn(name) : [name]).map((key) => ({ name, key })))
  const formerKeys = [...keys, ...urls.map((name) => ({ name, key: name }))]
  return db.$queryRaw<NamedBug[]>`
    SELECT w.name, ${columns}, 0 AS rank
    FROM unnest(${ids}::text[]) AS w(name)
    JOIN bugs b ON b.id = w.name::uuid
    UNION
    SELECT w.name, ${columns}, 1 AS rank
    FROM unnest(${urls}::text[]) AS w(name)
    JOIN bugs b ON lower(b.external_url) = lower(w.name) AND b.external_url IS NOT NULL
    UNION
    SELECT w.name, ${columns}, 2 AS rank
    FROM unnest(${keys.map(({ name }) => name)}::text[], ${keys.map(({ key }) => key)}::text[]) AS w(name, key)
    JOIN bugs b ON lower(b.external_id) = lower(w.key)
    UNION
    SELECT w.name, ${columns}, 3 AS rank
    FROM unnest(${formerKeys.map(({ name }) => name)}::text[], ${formerKeys.map(({ key }) => key)}::text[]) AS w(name, key)
    JOIN bugs b ON b.external_aliases <> '{}' AND b.external_aliases && ARRAY[w.key, upper(w.key), lower(w.key)]
    ORDER BY rank, "bugNumber"`
}

async function onlyOne(db: Db, name: string, found: readonly NamedBug[]): Promise<string | CtoError> {
  const best = found.filter(({ rank }) => rank === found[0]?.rank)
  const [first] = best
  if (first && new Set(best.map(({ id }) => id)).size === 1) return first.id
  if (!first) return notFound(name, await nearestName(db, name))
  const labels = best.map(({ bugNumber, externalSource, externalId }) =>
    externalId === null ? bugNumber : `${bugNumber} (${externalSource ?? ''} ${externalId})`,
  )
  return ambiguous('bugs', { name, labels, hint: 'name it by its number' })
}

function notFound(name: string, suggestion: string | null): NotFoundError {
  if (/\S\s*,\s*\S/.test(name))
    return new NotFoundError(`no bug "${name}"`, {
      reason: 'several bugs are separated by spaces, without commas',
      hint: 'cto bugs list',
    })
  return new NotFoundError(name.trim() === '' ? 'no bug has an empty name' : `no bug "${name}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: 'cto bugs list',
  })
}

/** Called only for an unknown name. */
async function nearestName(db: Db, name: string): Promise<string | null> {
  const number = numberOf(name)
  return number === null ? nearestKey(db, name) : nearestNumber(db, Number(number.slice(4)))
}

/** The nearest existing number, or one with a digit less. */
async function nearestNumber(db: Db, number: number): Promise<string | null> {
  const around = Array.from({ length: 41 }, (_, i) => number + i - 20)
  const digits = String(number)
  const shorter = Array.from(digits, (_, i) => Number(digits.slice(0, i) + digits.slice(i + 1)))
  const candidates = [...around, ...shorter].map((each) => `BUG-${each}`)
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT bug_number AS name FROM bugs WHERE bug_number = ANY(${candidates}::text[])`
  const known = new Set(rows.map(({ name }) => name))
  return candidates.sort((a, b) => distance(a) - distance(b)).find((each) => known.has(each)) ?? null

  function distance(name: string): number {
    return Math.abs(Number(name.slice(4)) - number)
  }
}

/** The nearest of the neighbouring keys, and of its number in their projects: HADOP-12 → HADOOP-12. */
async function nearestKey(db: Db, name: string): Promise<string | null> {
  const beside = await db.$queryRaw<{ key: string }[]>`
    (SELECT external_id AS key FROM bugs WHERE lower(external_id) >= lower(${name}) ORDER BY lower(external_id) LIMIT 20)
    UNION ALL
    (SELECT external_id FROM bugs WHERE lower(external_id) < lower(${name}) ORDER BY lower(external_id) DESC LIMIT 20)`
  const number = required(/(?<!\d)\d*$/.exec(name), 'the end of a text')[0]
  const there = [...new Set(beside.map(({ key }) => key.replace(/(?<!\d)\d*$/, '') + number))]
  const known = await db.$queryRaw<{ key: string }[]>`
    SELECT external_id AS key FROM bugs WHERE lower(external_id) = ANY(${there.map((key) => key.toLowerCase())}::text[])`
  return nearest(
    name,
    [...known, ...beside].map(({ key }) => key),
  )
}

/** `BUG-1001` of `1001`, `bug1001` and the like; null: the name is no number. */
export function numberOf(name: string): string | null {
  const digits = /^(?:BUG-?)?(\d{1,15})$/i.exec(name)?.[1]
  return digits === undefined ? null : `BUG-${digits}`
}

function isUrl(name: string): boolean {
  return /^https?:\/\//i.test(name)
}

/** Possible keys in a tracker's URL: its last segment, its `id`, or GitHub's `owner/repository#number`. */
function keysIn(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { pathname, searchParams } = new URL(url)
  const segments = pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const [, , kind, number] = segments
  return [
    segments.at(-1),
    searchParams.get('id'),
    kind === 'issues' ? `${segments.slice(0, 2).join('/')}#${number ?? ''}` : null,
  ].filter((key) => typeof key === 'string')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
