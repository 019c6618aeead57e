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
