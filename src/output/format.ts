/** What every command that prints records can do, in the order in which help lists them. */
export const formats = ['table', 'json', 'ndjson', 'csv', 'tsv', 'markdown', 'list', 'ids'] as const

export type RecordFormat = (typeof formats)[number]

/** In what a document is printed that is no record, when a format is named. */
export const documentFormats = ['json', 'ndjson'] as const

/** What single commands print besides, for one reader each. */
export const specialFormats = ['prometheus', 'junit', 'html'] as const

export type SpecialFormat = (typeof specialFormats)[number]

export type Format = RecordFormat | SpecialFormat
