import { isShort, type Spelling } from '../../domain/search-words.js'
import { Prisma } from '../../engine/generated/client.js'
import type { Trigram } from '../../engine/schema/trigram.js'

/** A word that was typed, in every way in which it is looked for; the closest first. */
export type Word = readonly Spelling[]

const title = Prisma.sql`b.title`
const description = Prisma.sql`b.description`

/** What a match is worth: in the middle of another word, or in the description alone. */
const insideWord = 0.9
const inDescription = 0.6

/** The title holds it, at the beginning of a word. */
export function heldByTitle(word: Word, trigram: Trigram): Prisma.Sql {
  const held = word.map((spelling) => startsIn(title, spelling, trigram))
  return Prisma.sql`(${Prisma.join(held, ' OR ')})`
}

export function heldAnywhere(word: Word, trigram: Trigram): Prisma.Sql {
  return Prisma.sql`(${holds(title, word, trigram)} OR ${holds(description, word, trigram)})`
}

/** What `scoreOf` says of a title that holds the first spelling of each, where so many words were asked for. */
export function scoreOfTitles(words: readonly Word[], asked: number): Prisma.Sql {
  const weights = words.map(([spelling]) => Number(spelling?.weight.toFixed(4) ?? 0))
  return Prisma.sql`${(weights.reduce((sum, weight) => sum + weight, 0) / asked).toFixed(4)}::numeric`
}

/** The mean over the words of how well each is matched, 0 to 1. */
export function scoreOf(words: readonly Word[], trigram: Trigram): Prisma.Sql {
  const scores = words.map((word) => {
    const cases = word
      .flatMap((spelling) => [
        { holds: startsIn(title, spelling, trigram), worth: spelling.weight },
        { holds: holds(title, [spelling], trigram), worth: spelling.weight * insideWord },
        { holds: holds(description, [spelling], trigram), worth: spelling.weight * inDescription },
      ])
      .sort((a, b) => b.worth - a.worth)
      .map(({ holds, worth }) => Prisma.sql`WHEN ${holds} THEN ${worth.toFixed(4)}::numeric`)
    return Prisma.sql`CASE ${Prisma.join(cases, ' ')} ELSE 0 END`
  })
  return Prisma.sql`round((${Prisma.join(scores, ' + ')}) / ${words.length}::numeric, 4)`
}

function startsIn(column: Prisma.Sql, spelling: Spelling, trigram: Trigram): Prisma.Sql {
  const short = shortWord([spelling])
  if (short !== null) return Prisma.sql`${column} ${trigram.hasWord} ${short}`
  return Prisma.sql`${column} ~* ${`\\m${patternOf(spelling)}`}`
}

function holds(column: Prisma.Sql, word: Word, trigram: Trigram): Prisma.Sql {
  const short = shortWord(word)
  if (short !== null) return Prisma.sql`${column} ${trigram.hasWord} ${short}`
  return Prisma.sql`${column} ~* ${word.map(patternOf).join('|')}`
}

/** Too short for the index to find a pattern of it; whole words it finds. */
function shortWord(word: Word): string | null {
  const [first, ...others] = word.flatMap(({ words }) => words)
  return first !== undefined && others.length === 0 && isShort(first) ? first : null
}

/** Letters and digits alone, so nothing in it means anything to a pattern. */
function patternOf({ words }: Spelling): string {
  return words.join('\\W+')
}
