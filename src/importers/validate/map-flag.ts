import { yesNo } from './answers.js'

interface Suggested {
  suggestion?: string | undefined
  choices: readonly string[]
}

/**
 * The flag in shell quoting; undefined for a value that does not fit a command line. Without a likely value it has a
 * placeholder, `--map "status.Odd=STATUS"`, and the values beside it.
 */
export function mapFlag(field: string, word: string, { suggestion, choices }: Suggested): string | undefined {
  const placeholder = choices === yesNo ? 'ANSWER' : field.toUpperCase()
  const flag = mapFlagOf(field, word, suggestion ?? placeholder)
  if (flag === undefined || suggestion !== undefined) return flag
  return `${flag} (${placeholder}: ${choices.join(', ')})`
}

function mapFlagOf(field: string, word: string, ours: string): string | undefined {
  if (word.length > 80 || /[\p{Cc}=]/u.test(word)) return undefined
  // In double quotes an interactive shell expands ! from its history.
  if (word.includes('!')) return word.includes("'") ? undefined : `--map '${field}.${word}=${ours}'`
  return `--map "${field}.${word.replace(/["$`\\]/g, '\\$&')}=${ours}"`
}
