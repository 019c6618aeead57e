import { excerptOf, type Spelling } from '../../domain/search-words.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { setLocally } from '../../engine/local-settings.js'
import { trigramOperators } from '../../engine/schema/trigram.js'
import { bugConditions, type BugFilter } from './bug-filter.js'
import type { FoundBug } from '../../shapes/bug.js'
import { findBugsNamed } from './bug-names.js'
import { getBugs } from './bugs.js'
import { heldAnywhere, heldByTitle, scoreOf, scoreOfTitles, type Word } from './search-conditions.js'
import { findSpellings, guessSpellings } from './search-spellings.js'

export interface SearchBugs {
  /** As typed: a bug of this number, key or URL comes first. */
  text: string
  /** In lower case, only letters and digits; at least one. */
  words: readonly string[]
  filter: BugFilter
  /** 0 for all. */
  limit: number
  /** Matches of the pages before. */
  offset: number
  now: Date
}

export type { FoundBug }

export interface FoundBugs {
  data: FoundBug[]
  /** Null if not all matches were counted. */
  total: number | null
  /** Whether there are more matches. */
  hasMore: boolean
  /** The searched spellings: the words as typed, and likely corrections. */
  spellings: Spelling[]
}

interface Match {
  id: string
  score: number
}

interface Found {
  matches: Match[]
  total: number | null
  words: readonly Word[]
}

/** Matches ranked one by one; of more, those with the best titles are used in order of priority. */
const mostRanked = 1000

/** The bugs of the highest priority, which are searched first: a common word fills a page from them; for a rare one they cost little. */
const searchedFirst = 2000

/**
 * The bugs whose title or description contain the words, tolerating typos: the best first, then by priority. Call it in a
 * transaction, for which it sets the similarity threshold.
 */
export async function searchBugs(
  db: Db,
  { text, words, filter, limit, offset, now }: SearchBugs,
): Promise<FoundBugs> {
  await useIndexes(db)
  const conditions = bugConditions(filter, now)
  const named = await findNamedMatches(db, text, conditions)
  const {
    matches: others,
    total,
    words: meant,
  } = await findMatches(db, words, {
    filter: Prisma.sql`${conditions} AND b.id <> ALL(${named.map(({ id }) => id)}::uuid[])`,
    // One more than the limit shows whether there are more.
    most: limit === 0 ? null : offset + limit + 1,
  })
  const matches = [...named, ...others]
  const page = limit === 0 ? matches.slice(offset) : matches.slice(offset, offset + limit)
  const bugs = await getBugs(db, { ids: page.map(({ id }) => id), now })
  const scores = new Map(page.map(({ id, score }) => [id, score]))
  return {
    data: bugs.map((bug) => ({
      ...bug,
      score: scores.get(bug.id) ?? 0,
      excerpt: excerptOf({ ...bug, words: meant }),
    })),
    total: total === null ? null : named.length + total,
    hasMore: matches.length > offset + page.length,
    spellings: meant.flat(),
  }
}

/** The best possible matches: what the text is the name of. */
async function findNamedMatches(db: Db, text: string, filter: Prisma.Sql): Promise<Match[]> {
  const ids = await findBugsNamed(db, text)
  if (ids.length === 0) return []
  return db.$queryRaw<Match[]>`
    SELECT b.id::text, 1::float8 AS score
    FROM bugs b
    WHERE b.id = ANY(${ids}::uuid[]) AND ${filter}
    ORDER BY b.priority_score DESC, b.id`
}

/** Without this the planner would read the whole table for a word that it estimates as common. */
async function useIndexes(db: Db): Promise<void> {
  await setLocally(db, { enable_seqscan: 'off', 'pg_trgm.strict_word_similarity_threshold': '1' })
}

interface Wanted {
  filter: Prisma.Sql
  /** Null for all. */
  most: number | null
}

/**
 * Common words cost most, since every match must be ranked. So titles with the words as typed are tried first, and end the
 * search if they are enough; then titles with corrected words; and only then all texts.
 */
async function findMatches(db: Db, words: readonly string[], { filter, most }: Wanted): Promise<Found> {
  const trigram = await trigramOperators(db)
  const isEnough = (matches: readonly Match[]) => most !== null && matches.length >= most
  const findTitlesWith = async (held: readonly Word[]) => {
    if (most === null || held.length === 0) return []
    const titles = held.map((word) => heldByTitle(word, trigram))
    const score = scoreOfTitles(held, words.length)
    return findTitles(db, { titles: Prisma.join(titles, ' AND '), score, filter, most })
  }

  const typed = words.map((word): Word => [{ words: [word], weight: 1 }])
  let titles = await findTitlesWith(typed)
  if (isEnough(titles)) return { matches: titles, total: null, words: typed }

  let [meant, best] = [typed, typed]
  for (const findMeant of [guessSpellings, findSpellings]) {
    const tried = best
    const spelled = await findMeant(db, { words, trigram })
    meant = typed.map((word, i) => [...word, ...(spelled[i]?.others ?? [])])
    best = spelled.flatMap((word) => (word.best ? [[word.best]] : []))
    const isNew = best.some(([spelling], i) => spelling?.words.join() !== tried[i]?.[0]?.words.join())
    if (best.length < words.length || !isNew) continue
    titles = together(titles, await findTitlesWith(best))
    if (isEnough(titles)) return { matches: titles, total: null, words: meant }
  }

  const score = scoreOf(meant, trigram)
  const rankHolding = async (before: readonly Match[], operator: ' AND ' | ' OR ') => {
    const held = meant.map((word) => heldAnywhere(word, trigram))
    const where = Prisma.sql`(${Prisma.join(held, operator)}) AND ${filter}`
    const { matches, count } = await rank(db, { where, score, most })
    const total = most === null || count <= mostRanked ? count : null
    return { matches: together(before, matches), total, words: meant }
  }
  const all = await rankHolding(titles, ' AND ')
  if (all.total !== 0 || words.length === 1) return all
  // If a word is in no text, titles with the others are the best matches.
  const others = best.length < words.length ? await findTitlesWith(best) : []
  return isEnough(others) ? { matches: others, total: null, words: meant } : rankHolding(others, ' OR ')
}

interface Ranking {
  where: Prisma.Sql
  score: Prisma.Sql
  most: number | null
}

/** Ranks all matches by score and priority, or a part if there are very many. */
async function rank(db: Db, { where, score, most }: Ranking): Promise<{ matches: Match[]; count: number }> {
  const rows = await db.$queryRaw<(Match & { count: number })[]>`
    WITH candidates AS MATERIALIZED (
      SELECT b.id, b.priority_score, (${score})::float8 AS score
      FROM bugs b
      WHERE ${where}
      LIMIT ${most === null ? null : mostRanked + 1}::bigint
    )
    SELECT id::text, score, count(*) OVER ()::int AS count
    FROM candidates
    ORDER BY score DESC, priority_score DESC, id
    LIMIT ${most}::bigint`
  return { matches: rows.map(({ id, score }) => ({ id, score })), count: rows[0]?.count ?? 0 }
}

interface Titles {
  titles: Prisma.Sql
  /** The score of all these titles. */
  score: Prisma.Sql
  filter: Prisma.Sql
  most: number
}

/** Titles with the same score, the highest priority first. */
async function findTitles(db: Db, wanted: Titles): Promise<Match[]> {
  const { titles, score, filter, most } = wanted
  const first = await walkTitles(db, { ...wanted, bugs: searchedFirst })
  if (first.length >= most) return first
  const { matches, count } = await rank(db, { where: Prisma.sql`${titles} AND ${filter}`, score, most })
  return count <= mostRanked ? matches : walkTitles(db, { ...wanted, bugs: allOfThem })
}

/** A limit, unlike none, keeps the planner from flattening the subquery. */
const allOfThem = 2 ** 31

/** Reads the index on priority until the page is full or a number of bugs were read. */
function walkTitles(
  db: Db,
  { titles, score, filter, most, bugs }: Titles & { bugs: number },
): Promise<Match[]> {
  return db.$queryRaw<Match[]>`
    SELECT b.id::text, (${score})::float8 AS score
    FROM (
      SELECT b.id, b.title, b.priority_score FROM bugs b
      WHERE ${filter}
      ORDER BY b.priority_score DESC, b.id
      LIMIT ${bugs}::bigint
    ) b
    WHERE ${titles}
    ORDER BY b.priority_score DESC, b.id
    LIMIT ${most}::bigint`
}

/** Merges matches without duplicates, the first list first. */
function together(first: readonly Match[], then: readonly Match[]): Match[] {
  const known = new Set(first.map(({ id }) => id))
  return [...first, ...then.filter(({ id }) => !known.has(id))]
}
