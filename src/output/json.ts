import { escapeJson } from './visible.js'

/** Two spaces deep, ended by a newline; dates as ISO 8601 UTC, everything a terminal would obey escaped. */
export function toJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2)) + '\n'
}

/** The same on one line, for ndjson and for errors. */
export function toJsonLine(value: unknown): string {
  return escapeJson(JSON.stringify(value)) + '\n'
}

export interface PageInfo {
  returned: number
  /** Every match; null or absent where it was not counted. */
  total?: number | null | undefined
  nextCursor?: string | null | undefined
  /** Where there is no cursor to tell it by. */
  hasMore?: boolean | undefined
}

/**
 * `{"data":[…],"page":{…}}` in pieces, so that a stream of rows makes the same text as `toJson` of the whole.
 */
export const jsonList = {
  head: '{\n  "data": [',

  row(value: unknown, index: number): string {
    const indented = JSON.stringify(value, null, 2).replaceAll('\n', '\n    ')
    return `${index === 0 ? '' : ','}\n    ${escapeJson(indented)}`
  },

  foot({ returned, total = null, nextCursor = null, hasMore = nextCursor !== null }: PageInfo): string {
    const page = { returned, total, hasMore, nextCursor }
    const indented = JSON.stringify(page, null, 2).replaceAll('\n', '\n  ')
    return `${returned === 0 ? '' : '\n  '}],\n  "page": ${escapeJson(indented)}\n}\n`
  },
}
