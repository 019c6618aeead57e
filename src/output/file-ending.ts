import type { Format } from './format.js'

/** What the name of a file promises of its content. */
const endings: Readonly<Record<Format, readonly string[]>> = {
  table: [],
  list: [],
  ids: [],
  json: ['json'],
  // Many programs that read JSON read a line after the other.
  ndjson: ['ndjson', 'jsonl', 'json'],
  csv: ['csv'],
  tsv: ['tsv', 'tab'],
  markdown: ['md', 'markdown'],
  prometheus: ['prom'],
  junit: ['xml'],
  html: ['html', 'htm'],
}

/** What cto does not write. */
const foreign = [
  ...['pdf', 'doc', 'docx', 'odt', 'rtf', 'tex', 'epub', 'adoc', 'rst', 'xhtml', 'mhtml', 'eml'],
  ...['xls', 'xlsx', 'ods', 'ppt', 'pptx', 'odp', 'yaml', 'yml', 'parquet', 'sqlite', 'db'],
  ...['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'gz', 'zip', 'tar', 'xz', 'zst', 'bz2'],
]

const known = new Set([...Object.values(endings).flat(), ...foreign, 'txt'])

/**
 * The ending of a name that promises another content than the format; null where it promises this one, or nothing: the
 * endings of temporary files are made of random letters. Plain text is anything but a page of HTML.
 */
export function misleadingEnding(file: string, format: Format | 'text'): string | null {
  const ending = /[^/\\]\.(\w+)$/.exec(file)?.[1]?.toLowerCase()
  if (ending === undefined || !known.has(ending)) return null
  const fits = ending === 'txt' ? format !== 'html' : format !== 'text' && endings[format].includes(ending)
  return fits ? null : ending
}

/** The format that an ending promises; null for none of cto. */
export function formatOfEnding(ending: string): Format | null {
  const found = Object.entries(endings).find(([, each]) => each.includes(ending))
  return (found?.[0] as Format | undefined) ?? null
}
