import { hasHalfSurrogate } from './text.js'

/** More than any document that cto reads has; recursion over a value would overflow the stack at about 10,000. */
const mostLevels = 100

/** Parses untrusted JSON. Throws SyntaxError if it is invalid, nested too deeply, or has half of a surrogate pair. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // The text itself was decoded, so only an escape can bring a half.
  const mayHaveHalf = /\\u[dD][89a-fA-F]/.test(text)
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) throw new SyntaxError(`nested more than ${mostLevels} levels deep`)
    if (mayHaveHalf) level.forEach(refuseHalf)
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return value
}

function refuseHalf(value: unknown): void {
  const texts = typeof value === 'object' && value !== null ? Object.keys(value) : [value]
  if (texts.some((each) => typeof each === 'string' && hasHalfSurrogate(each))) {
    throw new SyntaxError('a text has half of a surrogate pair')
  }
}
