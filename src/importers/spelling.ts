/**
 * How two headers are compared: without case, spaces, underscores, hyphens and invisible characters. Programs that flatten JSON number the items of
 * a list, and part the names of fields by a dot or a slash: `labels.0.name`, `labels/1/name` and `labels[2].name` are all
 * `labels.name`.
 */
export function headerKey(header: string): string {
  const key = header
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff_-]+/g, '')
  return /[./]/.test(key) ? key.replace(/(?:[./]\d+|\[\d+\])?[./]/g, '.') : key
}

/** How two values of an enum are compared: as headers are, and without apostrophes. */
export function valueKey(value: string): string {
  return value
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff_'’‘`´-]+/g, '')
}

const absentKeys = new Set(
  ['', 'nopriority', 'n/a', 'na', 'none', 'unknown', 'null', '\\n'].concat(
    // Of spreadsheets and programs.
    ['#n/a', '(none)', '(null)', '(empty)', '(blank)', 'nil', 'nan', 'nat', '<na>', 'undefined'],
  ),
)

/** Whether a cell means no value: empty, `--`, `---`, "No priority", N/A, None, Unknown, #N/A, nil. */
export function isAbsent(value: string): boolean {
  return value === '' || (value.length <= 16 && mayBeAbsent.test(value) && absentKeys.has(valueKey(value)))
}

// Called for every cell: the first character excludes most.
const mayBeAbsent = /^[nu\s_\\'’#(<-]/i

export function isBlank(value: string): boolean {
  return value === '' || value.trim() === ''
}

/**
 * Copies a text to memory of its own. A cell is a slice of the chunk it was read from and keeps all of it
 * alive, so texts that outlive their batch must be copied.
 */
export function detached(text: string): string {
  return Buffer.from(text).toString()
}

/** The text of a cell that programs write as a formula, so that Excel keeps its zeros: `="00123"`. */
export function unwrapped(cell: string): string {
  if (!cell.startsWith('=')) return cell
  const [, text] = /^="((?:[^"]|"")*)"$/.exec(cell) ?? []
  return text === undefined ? cell : text.replaceAll('""', '"')
}

/** The beginning of a value, on one line, copied to memory of its own. */
export function excerpt(value: string, characters = 80): string {
  const line = value.slice(0, characters + 1).replace(/\r?\n/g, '⏎')
  return detached(line.length > characters ? `${line.slice(0, characters)}…` : line)
}
