/** A text as a shell reads it: in quotes where it needs them. */
export function shellQuoted(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
