/** A list of texts as PostgreSQL writes it, which is how history keeps one: `{"backend","on hold"}`. */
export function arrayText(texts: readonly (string | null)[]): string {
  return `{${texts.map(quoted).join(',')}}`
}

/** One item of it. */
export function quoted(text: string | null): string {
  if (text === null) return 'NULL'
  return `"${special.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}

const special = /["\\]/
