/** White space, control and format characters (zero-width space, soft hyphen), and letters that are drawn blank. */
const unseen = /^[\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]*$/u

/** Whether a text has no visible character. */
export function isUnseen(text: string): boolean {
  return unseen.test(text)
}

/** Whether a text has half of a surrogate pair, which no encoding can write. Only JSON can bring one, as `"\\ud800"`. */
export function hasHalfSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text)
}

/** What keeps a text out of the database: half of a surrogate pair, or a NUL, which PostgreSQL does not store. Null: nothing. */
export function unstorablePart(text: string): string | null {
  if (hasHalfSurrogate(text)) return 'half of a surrogate pair'
  return text.includes('\0') ? 'a NUL character' : null
}
