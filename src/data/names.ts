import { kinds, namedKinds, type NamedKind } from '../domain/kinds.js'
import { CtoError, NotFoundError } from '../errors.js'
import { nearest } from '../domain/nearest.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'
import { columnOf, type TableName } from '../engine/table.js'
import { createUserFix, knownUsersFix } from './users/first-user.js'

/** A record that a command named. */
export interface Named {
  id: string
  name: string
}

/** Kinds whose records are found by what people call them; bugs have numbers, and names in other trackers. */
export type FoundByName = Exclude<NamedKind, 'bug'>
export const kindsFoundByName = namedKinds.filter((kind) => kind !== 'bug')

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Candidates of an ambiguous name that are worth printing. */
const mostCandidates = 8

/** Names among which the nearest to a wrong one is looked for. */
const mostKnown = 1000

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

/** Rows that people name. */
export interface NamedRows {
  /** What a row is called. */
  word: string
  plural: string
  table: TableName
  nameField: string
  /** Default: by id, name, name in any case, beginning of the name. */
  ways?: Ways | undefined
  /** The command that lists them. */
  listedBy: string
}

/**
 * Finds a record by its name or id, case-insensitive, or by a unique prefix; but "API" is not "api" if both exist. Projects
 * are also found by githubUrl, people by email, its local part, or name.
 *
 * @throws NotFoundError with the nearest name, CtoError AMBIGUOUS with the candidates
 */
export function getByName(db: Db, kind: FoundByName, name: string): Promise<Named> {
  const { table, nameField, plural } = kinds[kind]
  const rows = { word: kind, plural, table, nameField, ways: ownWays[kind], listedBy: `cto ${plural} list` }
  return getNamed(db, rows, name)
}

/** The same of rows that are no kind of record of their own. */
export async function getNamed(db: Db, rows: NamedRows, name: string): Promise<Named> {
  const wanted = name.trim()
  const { table, nameField, plural, ways: waysOf = plainWays } = rows
  const column = Prisma.raw(columnOf(table, nameField))
  const ways = waysOf(wanted, column)
  const ranks = ways.map((way, rank) => Prisma.sql`WHEN ${way} THEN ${Prisma.raw(String(rank))}`)
  const found = await db.$queryRaw<(Named & { rank: number })[]>`
    SELECT id::text, ${column} AS name, CASE ${Prisma.join(ranks, ' ')} END AS rank
    FROM ${Prisma.raw(table)}
    WHERE ${Prisma.join(ways, ' OR ')}
    ORDER BY rank, ${column}, id
    LIMIT ${mostCandidates + 1}`
  const best = found.filter(({ rank }) => rank === found[0]?.rank)
  const [first] = best
  if (!first) throw await notFound(db, rows, wanted)
  if (best.length === 1) return { id: first.id, name: first.name }
  const isShared = (each: string) => best.filter((other) => other.name === each).length > 1
  const labels = best.map((each) => (isShared(each.name) ? `${each.name} (${each.id})` : each.name))
  throw ambiguous(plural, { name: wanted, labels, hint: 'use the full name, or the id' })
}

/** Conditions on a row, the most specific first. */
export type Ways = (wanted: string, column: Prisma.Sql) => Prisma.Sql[]

const plainWays = (wanted: string, column: Prisma.Sql): [Prisma.Sql, Prisma.Sql, Prisma.Sql] => [
  Prisma.sql`(id::text = lower(${wanted}) OR ${column} = ${wanted})`,
  Prisma.sql`lower(${column}) = lower(${wanted})`,
  Prisma.sql`lower(${column}) LIKE lower(${likePattern(wanted)})`,
]

const ownWays: Partial<Record<FoundByName, Ways>> = {
  project(wanted, column) {
    const [exact, ...looser] = plainWays(wanted, column)
    const url = wanted
      .toLowerCase()
      .replace(/(?<!\/)\/+$/, '')
      .replace(/\.git$/, '')
    return [Prisma.sql`(${exact} OR github_url = ${url})`, ...looser]
  },
  user: (wanted) => [
    Prisma.sql`(id::text = lower(${wanted}) OR email = lower(${wanted}))`,
    Prisma.sql`(lower(name) = lower(${wanted}) OR split_part(email, '@', 1) = lower(${wanted}))`,
  ],
}

async function notFound(
  db: Db,
  { word, table, nameField, listedBy }: NamedRows,
  wanted: string,
): Promise<NotFoundError> {
  const column = Prisma.raw(columnOf(table, nameField))
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT ${column} AS name FROM ${Prisma.raw(table)} ORDER BY ${column} LIMIT ${mostKnown}`
  const suggestion = nearest(
    wanted,
    rows.map(({ name }) => name),
  )
  const what = nameField === 'name' ? `${word} named` : word
  return new NotFoundError(`no ${what} "${wanted}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: table === 'users' ? unknownUserFix(wanted, rows.length === 0) : listedBy,
  })
}

function unknownUserFix(wanted: string, isFirst: boolean): string {
  if (isFirst) return createUserFix
  return wanted.toLowerCase() === 'me' ? '@me, the user whom --as names' : knownUsersFix
}

interface Ambiguity {
  name: string
  labels: readonly string[]
  hint: string
}

/** The error for a name of several records, with the first of them. */
export function ambiguous(plural: string, { name, labels, hint }: Ambiguity): CtoError {
  const shown = labels.slice(0, mostCandidates).join(', ')
  return new CtoError('AMBIGUOUS', `several ${plural} are named "${name}"`, {
    reason: `candidates: ${shown}${labels.length > mostCandidates ? ', …' : ''}`,
    hint,
  })
}

/** A LIKE pattern for a prefix, with the special characters escaped. */
function likePattern(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`
}
