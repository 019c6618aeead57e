import { CtoError } from '../errors.js'

/** An invalid setting: where it is, and what is wrong. */
export interface Problem {
  /** The variable, or the path of the file. */
  where: string
  /** Key of the file, or parameter of the URL. */
  key: string | null
  what: string
}

/** @throws CtoError NOT_CONFIGURED naming every problem of every source */
export function requireNoProblems(problems: readonly Problem[]): void {
  const [first] = problems
  if (!first) return
  const what =
    problems.length === 1 ? 'a setting cannot be used' : `${problems.length} settings cannot be used`
  throw new CtoError('NOT_CONFIGURED', what, {
    reason: problems
      .map(({ where, key, what }) => `${where}: ${key === null ? '' : `${key} `}${what}`)
      .join('; '),
    hint: fixFor(problems),
  })
}

function fixFor(problems: readonly Problem[]): string {
  const [first, second] = problems
  const inFile = first?.where.endsWith('.json') === true
  if (first && !second && inFile && first.key !== null && !first.key.includes(' '))
    return `cto config unset ${first.key}${first.where.endsWith('.cto.json') ? ' --project' : ''}, or correct it`
  return inFile
    ? 'correct the file; cto config unset KEY removes a key'
    : 'correct the variable, or unset it; see: cto help environment'
}

/** The parsed value, or the problem of the text. */
export function check<T>(parse: () => T): { value: T } | { problem: string } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    return { problem: [error.message, error.reason].filter((part) => part !== undefined).join('; ') }
  }
}
