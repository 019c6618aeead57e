/** More than any document that cto reads has; recursion over a value would overflow the stack at about 10,000. */
const mostLevels = 100

/** Parses untrusted JSON. Throws SyntaxError if it is invalid or nested too deeply. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) throw new SyntaxError(`nested more than ${mostLevels} levels deep`)
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return value
}
