/**
 * Parses JSON into values that PostgreSQL can store: it stores neither NUL nor half of a surrogate pair, and both become U+FFFD.
 *
 * @throws SyntaxError
 */
export function storableJson(text: string): unknown {
  const needsCare = /\\u(0000|[dD][89a-fA-F])/.test(text)
  return needsCare ? JSON.parse(text, wellFormed) : JSON.parse(text)
}

function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString('utf8').replaceAll('\0', '\ufffd') : value
}
