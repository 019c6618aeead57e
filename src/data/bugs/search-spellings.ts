import { isShort, occursIn, spellingsIn, type Spelling } from '../../domain/search-words.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'
import type { Trigram } from '../schema/trigram.js'

/** What a word may have been meant to be, as far as the texts tell. */
export interface Spelled {
  /** Some text holds it as typed. */
  occurs: boolean
  /** The closest first. */
  others: Spelling[]
}

/** Where to look, and at how much: a title tells more than a description, and is shorter. */
const lookups = [
  { column: Prisma.sql`b.title`, texts: 300 },
  { column: Prisma.sql`b.description`, texts: 50 },
] as const

const mostOthers = 5

/**
 * Other spellings in use of each word. The index tells which texts are like it, a few of those are read, and of their
 * words the close ones are kept: far cheaper than to compare every text, and it does not matter how many there are.
 */
export async function findSpellings(
  db: Db,
  { words, trigram }: { words: readonly string[]; trigram: Trigram },
): Promise<Spelled[]> {
  const long = words.filter((word) => !isShort(word))
  // Titles that are like all of them at once tell best what each of them means.
  const together = long.length > 1 ? await textsLike(db, trigram, { ...lookups[0], words: long }) : []
  const spelled: Spelled[] = []
  for (const word of words) {
    spelled.push(
      isShort(word) ? { occurs: true, others: [] } : await findSpelling(db, { word, together, trigram }),
    )
  }
  return spelled
}

async function findSpelling(
  db: Db,
  { word, together, trigram }: { word: string; together: readonly string[]; trigram: Trigram },
): Promise<Spelled> {
  let spelled = spelledIn(word, together)
  for (const lookup of lookups) {
    if (spelled.occurs || spelled.others.length > 0) break
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
  await db.$queryRaw`SELECT set_config('pg_trgm.word_similarity_threshold', ${alike.toFixed(2)}, true)`
  const conditions = words.map((word) => Prisma.sql`${column} ${isLike} ${word}`)
  const rows = await db.$queryRaw<{ text: string }[]>`
    SELECT ${column} AS text FROM bugs b WHERE ${Prisma.join(conditions, ' AND ')} LIMIT ${texts}`
  return rows.map(({ text }) => text)
}

/**
 * How alike a word and its misspelling are at least: a letter is in three of the trigrams, of which there are as many
 * as letters and one more. What is not quite alike enough costs most, as the index cannot tell, so a bit less is asked.
 */
function alikeWithOneSlip(word: string): number {
  return Math.min(0.5, Math.max(0.3, (word.length - 2) / (word.length + 4) - 0.05))
}

function spelledIn(word: string, texts: readonly string[]): Spelled {
  return { occurs: occursIn(word, texts), others: spellingsIn(word, texts).slice(0, mostOthers) }
}
