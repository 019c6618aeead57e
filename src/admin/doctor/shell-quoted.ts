/** A path as a shell reads it: in quotes where it needs them. */
export function shellQuoted(file: string): string {
  return /^[\w./:@+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
}
