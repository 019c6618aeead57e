import { isShort, type Spelling } from '../../domain/search-words.js'
import { Prisma } from '../../engine/sql.js'
import type { Trigram } from '../../engine/schema/trigram.js'

/** All spellings of a typed word that are searched, the closest first. */
export type Word = readonly Spelling[]

const title = Prisma.sql`b.title`
const description = Prisma.sql`b.description`

/** The weights of a match inside another word, and only in the description. */
const insideWord = 0.9
const inDescription = 0.6

/** The title contains it at the start of a word. */
export function heldByTitle(word: Word, trigram: Trigram): Prisma.Sql {
  const held = word.map((spelling) => startsIn(title, spelling, trigram))
  return Prisma.sql`(${Prisma.join(held, ' OR ')})`
}

export function heldAnywhere(word: Word, trigram: Trigram): Prisma.Sql {
  return Prisma.sql`(${holds(title, word, trigram)} OR ${holds(description, word, trigram)})`
}

/** The result of `scoreOf` for a title with the first spelling of each word, of `asked` words. */
export function scoreOfTitles(words: readonly Word[], asked: number): Prisma.Sql {
  const weights = words.map(([spelling]) => Number(spelling?.weight.toFixed(4) ?? 0))
  return Prisma.sql`${(weights.reduce((sum, weight) => sum + weight, 0) / asked).toFixed(4)}::numeric`
}

/** The mean weight of the matches over the words, 0 to 1. */
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

/** Too short for a pattern search with the index, which finds only whole words then. */
function shortWord(word: Word): string | null {
  const [first, ...others] = word.flatMap(({ words }) => words)
  return first !== undefined && others.length === 0 && isShort(first) ? first : null
}

/** Only letters and digits, so nothing needs escaping in a pattern. */
function patternOf({ words }: Spelling): string {
  return words.join('\\W+')
}
