import { kinds, namedKinds, type NamedKind } from '../domain/kinds.js'
import { CtoError, NotFoundError, required } from '../errors.js'
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
  /** As an error for an unknown name has it: `project named`, `dashboard`. */
  what: string
  plural: string
  from: Prisma.Sql
  id: Prisma.Sql
  /** What a row is called, also in the list of candidates. */
  name: Prisma.Sql
  waysOf: WaysOf
  /** Names that are numbers or hashes: the nearest one is another row, not a slip, and is not suggested. */
  isNumbered?: true
  /** The command that lists them. */
  listedBy: string
  /** How to name one of several candidates; default: by the full name, or the id. */
  hint?: string
}

/** The rows of a table that has a column for their name. */
export function inTable(table: TableName, nameField: string): Pick<NamedRows, 'from' | 'id' | 'name'> {
  return {
    from: Prisma.raw(table),
    id: Prisma.sql`id`,
    name: Prisma.raw(columnOf(table, nameField)),
  }
}

/**
 * Finds a record by its name or id, case-insensitive, or by a unique prefix; but "API" is not "api" if both exist. Projects
 * are also found by githubUrl, people by email, its local part, or name.
 *
 * @throws NotFoundError with the nearest name, CtoError AMBIGUOUS with the candidates
 */
export function getByName(db: Db, kind: FoundByName, name: string): Promise<Named> {
  return getNamed(db, rowsOf(kind), name)
}

/** The same, but null for an unknown name. @throws CtoError AMBIGUOUS with the candidates */
export function findByName(db: Db, kind: FoundByName, name: string): Promise<Named | null> {
  return findNamed(db, rowsOf(kind), name.trim())
}

function rowsOf(kind: FoundByName): NamedRows {
  const { table, nameField, plural } = kinds[kind]
  return {
    ...inTable(table, nameField),
    what: nameField === 'name' ? `${kind} named` : kind,
    plural,
    waysOf: ownWays[kind] ?? plainWays,
    listedBy: `cto ${plural} list`,
  }
}

/** As `getByName`, of other rows. */
export async function getNamed(db: Db, rows: NamedRows, name: string): Promise<Named> {
  const wanted = name.trim()
  const found = await findNamed(db, rows, wanted)
  if (found === null) throw await notFound(db, rows, wanted)
  return found
}

export async function findNamed(db: Db, rows: NamedRows, wanted: string): Promise<Named | null> {
  const { plural, from, id, name: column, waysOf, hint = 'use the full name, or the id' } = rows
  const { called, begins } = waysOf(wanted, column)
  const ways = begins ? [...called, begins] : called
  const ranks = ways.map((way, rank) => Prisma.sql`WHEN ${way} THEN ${Prisma.raw(String(rank))}`)
  const found = await db.$queryRaw<(Named & { rank: number })[]>`
    SELECT ${id}::text AS id, ${column} AS name, CASE ${Prisma.join(ranks, ' ')} END AS rank
    FROM ${from}
    WHERE ${Prisma.join(ways, ' OR ')}
    ORDER BY rank, name, ${id}
    LIMIT ${mostCandidates + 1}`
  const best = found.filter(({ rank }) => rank === found[0]?.rank)
  const [first] = best
  if (!first) return null
  if (best.length === 1) return { id: first.id, name: first.name }
  const isShared = (each: string) => best.filter((other) => other.name === each).length > 1
  const labels = best.map((each) => (isShared(each.name) ? `${each.name} (${each.id})` : each.name))
  throw ambiguous(plural, { name: wanted, labels, isBeginning: first.rank === called.length, hint })
}

/** Conditions on a row. */
interface Ways {
  /** Of one that has the name, the most specific first. May be empty if `begins` is given. */
  called: readonly Prisma.Sql[]
  /** Of one whose name begins with it. */
  begins?: Prisma.Sql
  /** Of one that has the name as it is and in whole; default: those of `called`. */
  whole?: readonly Prisma.Sql[]
}

type WaysOf = (wanted: string, column: Prisma.Sql) => Ways

/** By id, name, name in any case, beginning of the name. */
export const plainWays = (wanted: string, column: Prisma.Sql) => ({
  called: [
    Prisma.sql`(id::text = lower(${wanted}) OR ${column} = ${wanted})`,
    Prisma.sql`lower(${column}) = lower(${wanted})`,
  ],
  begins: Prisma.sql`lower(${column}) LIKE lower(${likePattern(wanted)})`,
})

const ownWays: Partial<Record<FoundByName, WaysOf>> = {
  project(wanted, column) {
    const { called, begins } = plainWays(wanted, column)
    const url = wanted
      .toLowerCase()
      .replace(/(?<!\/)\/+$/, '')
      .replace(/\.git$/, '')
    const [exact, ...looser] = called
    return { called: [Prisma.sql`(${exact} OR github_url = ${url})`, ...looser], begins }
  },
  user: (wanted) => ({
    called: [
      Prisma.sql`(id::text = lower(${wanted}) OR email = lower(${wanted}))`,
      Prisma.sql`(lower(name) = lower(${wanted}) OR split_part(email, '@', 1) = lower(${wanted}))`,
    ],
  }),
}

/** The error for a name of none of the rows, with the nearest one. */
export async function notFound(
  db: Db,
  { what, plural, from, name, isNumbered, listedBy }: NamedRows,
  wanted: string,
): Promise<NotFoundError> {
  const known = isNumbered
    ? []
    : await db.$queryRaw<{ name: string }[]>`
        SELECT ${name} AS name FROM ${from} ORDER BY 1 LIMIT ${mostKnown}`
  return unknownName(what, {
    name: wanted,
    known: known.map((each) => each.name),
    hint: plural === kinds.user.plural ? unknownUserFix(wanted, known.length === 0) : listedBy,
  })
}

interface Unknown {
  name: string
  /** Names among which the nearest is looked for. */
  known: readonly string[]
  hint: string
}

/** The error for a name of no record, with the nearest one that there is. */
function unknownName(what: string, { name, known, hint }: Unknown): NotFoundError {
  const suggestion = nearestName(name, known)
  return new NotFoundError(`no ${what} "${name}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint,
  })
}

/**
 * Each is compared also by the part that people write alone: an address without its domain, `owner/name` without the owner,
 * `login at host` without the host.
 */
function nearestName(wanted: string, known: readonly string[]): string | null {
  const nameOf = new Map<string, string>()
  for (const name of known) {
    for (const part of [
      name,
      name.replace(/@.*$/, ''),
      name.replace(/^.*\//, ''),
      name.replace(/ at .*$/, ''),
    ]) {
      if (part === name || !nameOf.has(part)) nameOf.set(part, name)
    }
  }
  const part = nearest(wanted, nameOf.keys())
  return part === null ? null : required(nameOf.get(part), 'the name of a part of it')
}

/** The fix for `me` where a user is named; null for another name. */
export function meantMe(wanted: string): string | null {
  return wanted.toLowerCase() === 'me' ? '@me, the user whom --as names' : null
}

function unknownUserFix(wanted: string, isFirst: boolean): string {
  if (isFirst) return createUserFix
  return meantMe(wanted) ?? knownUsersFix
}

interface Ambiguity {
  name: string
  labels: readonly string[]
  /** Whether their names begin with it, rather than equal it. */
  isBeginning?: boolean
  hint: string
}

/** The error for a name of several records, with the first of them. */
export function ambiguous(plural: string, { name, labels, isBeginning = false, hint }: Ambiguity): CtoError {
  const shown = labels.slice(0, mostCandidates).join(', ')
  return new CtoError(
    'AMBIGUOUS',
    `several ${plural} ${isBeginning ? 'begin with' : 'are named'} "${name}"`,
    {
      reason: `candidates: ${shown}${labels.length > mostCandidates ? ', …' : ''}`,
      hint,
    },
  )
}

/** A LIKE pattern for a prefix, with the special characters escaped. */
function likePattern(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`
}
