/** In the order in which help lists them. */
export const formats = ['table', 'json', 'ndjson', 'csv', 'tsv', 'markdown', 'list', 'ids'] as const

export type Format = (typeof formats)[number]
