import { excerptOf, type Spelling } from '../../domain/search-words.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'
import { trigramOperators } from '../schema/trigram.js'
import { bugConditions, type BugFilter } from './bug-filter.js'
import type { FoundBug } from '../../shapes/bug.js'
import { getBugs } from './bugs.js'
import { heldAnywhere, heldByTitle, scoreOf, scoreOfTitles, type Word } from './search-conditions.js'
import { findSpellings } from './search-spellings.js'

export interface SearchBugs {
  /** In lower case, letters and digits alone; at least one. */
  words: readonly string[]
  filter: BugFilter
  /** 0 for all. */
  limit: number
  now: Date
}

export type { FoundBug }

export interface FoundBugs {
  data: FoundBug[]
  /** Null where there are more than were looked at. */
  total: number | null
  /** There are more than these. */
  hasMore: boolean
  /** What was looked for: the words as typed, and what they may have been meant to be. */
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

/** So many matches are ranked one by one; of more, those whose titles say it best are taken in order of priority. */
const mostRanked = 1000

/**
 * The bugs whose title or description hold the words, typos tolerated: the best first, then by priority. To be called
 * in a transaction, for which it sets how alike two words must be.
 */
export async function searchBugs(db: Db, { words, filter, limit, now }: SearchBugs): Promise<FoundBugs> {
  await useIndexes(db)
  const {
    matches,
    total,
    words: meant,
  } = await findMatches(db, words, {
    filter: bugConditions(filter, now),
    // One more than asked for tells whether there are more.
    most: limit === 0 ? null : limit + 1,
  })
  const page = limit === 0 ? matches : matches.slice(0, limit)
  const bugs = await getBugs(db, { ids: page.map(({ id }) => id), now })
  const scores = new Map(page.map(({ id, score }) => [id, score]))
  return {
    data: bugs.map((bug) => ({
      ...bug,
      score: scores.get(bug.id) ?? 0,
      excerpt: excerptOf({ ...bug, words: meant }),
    })),
    total,
    hasMore: matches.length > page.length,
    spellings: meant.flat(),
  }
}

/** A word that looks common to the planner, and is not, would have it read the table to its end. */
async function useIndexes(db: Db): Promise<void> {
  await db.$queryRaw`
    SELECT
      set_config('enable_seqscan', 'off', true),
      set_config('pg_trgm.strict_word_similarity_threshold', '1', true)`
}

interface Wanted {
  filter: Prisma.Sql
  /** Null for all. */
  most: number | null
}

/**
 * What is common costs most, since every match must be looked at. So titles with the words as typed are tried first,
 * and end the search where they are enough; then titles with what the words mean; and only then all there is.
 */
async function findMatches(db: Db, words: readonly string[], { filter, most }: Wanted): Promise<Found> {
  const trigram = await trigramOperators(db)
  const typed = words.map((word): Word => [{ words: [word], weight: 1 }])
  const bestTitles = async (meant: readonly Word[]) =>
    most === null ? [] : findTitles(db, { where: titlesHolding(meant), score: scoreOfTitles(meant), most })
  const titlesHolding = (meant: readonly Word[]) =>
    Prisma.join([...meant.map((word) => heldByTitle(word, trigram)), filter], ' AND ')
  const isEnough = (matches: readonly Match[]) => most !== null && matches.length >= most

  const literal = await bestTitles(typed)
  if (isEnough(literal)) return { matches: literal, total: null, words: typed }

  const spelled = await findSpellings(db, { words, trigram })
  const meant = typed.map((word, i): Word => [...word, ...(spelled[i]?.others ?? [])])
  const best = meant.map((word, i): Word => word.slice(spelled[i]?.occurs ? 0 : 1).slice(0, 1))
  const isCorrected =
    best.every(([spelling]) => spelling) && best.some(([spelling], i) => spelling !== typed[i]?.[0])
  const corrected = together(literal, isCorrected ? await bestTitles(best) : [])
  if (isEnough(corrected)) return { matches: corrected, total: null, words: meant }

  const score = scoreOf(meant, trigram)
  for (const operator of [' AND ', ' OR ']) {
    const held = Prisma.join(
      meant.map((word) => heldAnywhere(word, trigram)),
      operator,
    )
    const { matches, count } = await rank(db, { where: Prisma.sql`(${held}) AND ${filter}`, score, most })
    const isAll = most === null || count <= mostRanked
    if (count > 0 || words.length === 1) {
      return { matches: together(corrected, matches), total: isAll ? count : null, words: meant }
    }
  }
  return { matches: [], total: 0, words: meant }
}

interface Ranking {
  where: Prisma.Sql
  score: Prisma.Sql
  most: number | null
}

/** All of them by score and priority, or a part where there are very many. */
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

/** Titles that say it equally well: where they are many, the index on priority is read until the page is full. */
async function findTitles(db: Db, { where, score, most }: Ranking): Promise<Match[]> {
  const { matches, count } = await rank(db, { where, score, most })
  if (count <= mostRanked) return matches
  return db.$queryRaw<Match[]>`
    SELECT b.id::text, (${score})::float8 AS score
    FROM bugs b
    WHERE ${where}
    ORDER BY b.priority_score DESC, b.id
    LIMIT ${most}::bigint`
}

/** Each once, the first ones first. */
function together(first: readonly Match[], then: readonly Match[]): Match[] {
  const known = new Set(first.map(({ id }) => id))
  return [...first, ...then.filter(({ id }) => !known.has(id))]
}
