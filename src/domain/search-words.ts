import { countSlips, mostSlips } from './nearest.js'

/** More words do not improve a search. */
const mostWords = 8

/** The shortest word in which a slip can be distinguished from another word. */
const leastLetters = 3

/** A spelling of a search word: itself, or a likely correction. Two words for a split one, such as `time out`. */
export interface Spelling {
  words: readonly string[]
  /** 1 as typed; less with every slip. */
  weight: number
}

/** The distinct words of a search, of letters and digits in lower case. */
export function searchWords(text: string): string[] {
  return [...new Set(wordsOf(text))].slice(0, mostWords)
}

/** One or two Latin letters: searched only as a whole word, since many words contain them. */
export function isShort(word: string): boolean {
  return word.length < leastLetters && /^[a-z0-9]+$/.test(word)
}

/** The other spellings of `word` that occur in the texts, the closest first; those that contain it as typed are left out. */
export function spellingsIn(word: string, texts: Iterable<string>): Spelling[] {
  const weights = new Map<string, number>()
  for (const text of texts) {
    const words = wordsOf(text)
    for (const [i, first] of words.entries()) {
      for (const candidate of [[first], [first, words[i + 1] ?? '']]) {
        const name = candidate.join(' ').trim()
        if (!weights.has(name)) weights.set(name, weightOf(word, candidate.join('')))
      }
    }
  }
  return [...weights]
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => ({ words: name.split(' '), weight }))
    .sort((a, b) => b.weight - a.weight || a.words.length - b.words.length)
}

export function isOneSlip(word: string, { words }: Spelling): boolean {
  return countSlips(word, words.join('')) === 1
}

export function occursIn(word: string, texts: readonly string[]): boolean {
  return texts.some((text) => text.toLowerCase().includes(word))
}

/** A pattern that finds every spelling in a text. Without spellings it matches nothing. */
export function patternOf(spellings: readonly Spelling[]): RegExp {
  const ways = spellings.map(({ words: [first = '', ...rest] }) =>
    isShort(first)
      ? `(?<![\\p{L}\\p{N}])${first}(?![\\p{L}\\p{N}])`
      : [first, ...rest].join('[^\\p{L}\\p{N}]+'),
  )
  // The longest first, or `time` would match half of `time out`.
  return new RegExp(ways.sort((a, b) => b.length - a.length).join('|') || '(?!)', 'giu')
}

/** Characters of an excerpt before the match, and from its start on. */
const excerptBefore = 30
const excerptBehind = 120

interface ExcerptOf {
  title: string
  description: string | null
  /** Each word with all its spellings. */
  words: readonly (readonly Spelling[])[]
}

/** An excerpt of the description around the first word that the title lacks; null if it contains none. */
export function excerptOf({ title, description, words }: ExcerptOf): string | null {
  const missing = words.filter((spellings) => !patternOf(spellings).test(title)).flat()
  const at = description?.search(patternOf(missing)) ?? -1
  if (description === null || at < 0) return null
  const [from, to] = [Math.max(0, at - excerptBefore), at + excerptBehind]
  const before = description.slice(from, at)
  const head = from === 0 ? before : `…${before.replace(/^\S*\s/, '')}`
  const behind = description.slice(at, to)
  const tail = to >= description.length ? behind : `${behind.replace(/\s\S*$/, '')}…`
  return (head + tail).replace(/\s+/g, ' ').trim()
}

/** 0 if the candidate is another word, or contains the word as typed. */
function weightOf(word: string, candidate: string): number {
  if (candidate.includes(word) || Math.abs(candidate.length - word.length) > mostSlips(word)) return 0
  const slips = countSlips(word, candidate)
  return slips > mostSlips(word) || slips >= word.length
    ? 0
    : 1 - slips / Math.max(word.length, candidate.length)
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}
