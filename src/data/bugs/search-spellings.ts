import { isOneSlip, isShort, occursIn, spellingsIn, type Spelling } from '../../domain/search-words.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { setLocally } from '../../engine/local-settings.js'
import type { Trigram } from '../../engine/schema/trigram.js'

/** The likely spellings of a word, from the texts. */
export interface Spelled {
  /** The word as typed if it occurs, else the closest one; null if no text has a similar word. */
  best: Spelling | null
  /** The closest first. */
  others: Spelling[]
}

interface Words {
  words: readonly string[]
  trigram: Trigram
}

/** The columns to search, and how many texts: titles are more relevant than descriptions, and shorter. */
const lookups = [
  { column: Prisma.sql`b.title`, texts: 300 },
  { column: Prisma.sql`b.description`, texts: 50 },
] as const

const mostOthers = 5

/** The bugs of the highest priority, whose titles contain most words in use. */
const bugsRead = 1000

/** Corrects each word to one that is one slip away in the titles of the bugs of the highest priority. Costs little. */
export async function guessSpellings(db: Db, { words }: Words): Promise<Spelled[]> {
  const rows = await db.$queryRaw<{ title: string }[]>`
    SELECT title FROM bugs ORDER BY priority_score DESC, id LIMIT ${bugsRead}`
  const titles = rows.map(({ title }) => title)
  const spelled: Spelled[] = []
  for (const word of words) {
    const { best, others } = isShort(word) ? asTyped(word) : spelledIn(word, titles)
    const near = others.filter((other) => isOneSlip(word, other))
    const isTyped = best?.weight === 1 || (near.length > 0 && (await isInTitle(db, word)))
    spelled.push({ best: isTyped ? asTyped(word).best : (near[0] ?? null), others: near })
  }
  return spelled
}

/** Fast for a word that is in no title; one that is in many is found early. */
async function isInTitle(db: Db, word: string): Promise<boolean> {
  const [found] = await db.$queryRaw<{ occurs: boolean }[]>`
    SELECT EXISTS (SELECT FROM bugs WHERE title ~* ${word}) AS occurs`
  return found?.occurs ?? false
}

/**
 * Other spellings in use of each word. The index finds similar texts, a few of them are read, and their close words are
 * kept: far cheaper than comparing every text, whatever their number.
 */
export async function findSpellings(db: Db, { words, trigram }: Words): Promise<Spelled[]> {
  const long = words.filter((word) => !isShort(word))
  // Titles similar to all words at once give the best corrections.
  const together = long.length > 1 ? await textsLike(db, trigram, { ...lookups[0], words: long }) : []
  const spelled: Spelled[] = []
  for (const word of words) {
    spelled.push(isShort(word) ? asTyped(word) : await findSpelling(db, { word, together, trigram }))
  }
  return spelled
}

async function findSpelling(
  db: Db,
  { word, together, trigram }: { word: string; together: readonly string[]; trigram: Trigram },
): Promise<Spelled> {
  let spelled = spelledIn(word, together)
  for (const lookup of lookups) {
    if (spelled.best) break
    spelled = spelledIn(word, await textsLike(db, trigram, { ...lookup, words: [word] }))
  }
  return spelled
}

interface TextsLike {
  column: Prisma.Sql
  texts: number
  words: readonly string[]
}

async function textsLike(
  db: Db,
  { isLike }: Trigram,
  { column, texts, words }: TextsLike,
): Promise<string[]> {
  const alike = Math.min(...words.map(alikeWithOneSlip))
  await setLocally(db, { 'pg_trgm.word_similarity_threshold': alike.toFixed(2) })
  const conditions = words.map((word) => Prisma.sql`${column} ${isLike} ${word}`)
  const rows = await db.$queryRaw<{ text: string }[]>`
    SELECT ${column} AS text FROM bugs b WHERE ${Prisma.join(conditions, ' AND ')} LIMIT ${texts}`
  return rows.map(({ text }) => text)
}

/**
 * The minimum similarity of a word and its misspelling: a letter is in three of the trigrams, whose number is that of the
 * letters plus one. Texts just below the threshold cost most, since the index cannot exclude them, so it is a bit lower.
 */
function alikeWithOneSlip(word: string): number {
  return Math.min(0.5, Math.max(0.3, (word.length - 2) / (word.length + 4) - 0.05))
}

function spelledIn(word: string, texts: readonly string[]): Spelled {
  const others = spellingsIn(word, texts).slice(0, mostOthers)
  return { best: occursIn(word, texts) ? asTyped(word).best : (others[0] ?? null), others }
}

function asTyped(word: string): Spelled {
  return { best: { words: [word], weight: 1 }, others: [] }
}
