import { CtoError, UsageError } from '../../errors.js'
import { parseJson } from '../../domain/parse-json.js'

/** The user's mapping of columns and values, which `--save-mapping` writes and `--mapping` reads. */
export interface MappingFlags {
  /** `--from`; null detects it. */
  preset: string | null
  /** `--map title=Summary`, `--map title=#3`: our column → headers or positions. */
  columns: Readonly<Record<string, readonly string[]>>
  /** `--map status.Done=shipped`: our column → their value → ours. */
  values: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** `--const project=API`. */
  constants: Readonly<Record<string, string>>
  ignore: readonly string[]
  key: readonly string[]
  dateFormat: string | null
}

export const noMapping: MappingFlags = {
  preset: null,
  columns: {},
  values: {},
  constants: {},
  ignore: [],
  key: [],
  dateFormat: null,
}

/** Parses repeated `--map`, `--const`, `--ignore` and `--key` flags. Throws USAGE. */
export function parseMappingFlags(texts: {
  from?: string | undefined
  map?: readonly string[] | undefined
  const?: readonly string[] | undefined
  ignore?: readonly string[] | undefined
  key?: string | undefined
  dateFormat?: string | undefined
}): MappingFlags {
  const columns: Record<string, string[]> = {}
  const values: Record<string, Record<string, string>> = {}
  for (const text of texts.map ?? []) {
    // A value may contain "=" and ".", a column of ours does not: `status.A=B=shipped`.
    const [, column = '', theirs, ours = ''] = /^(\w+)\.(.+)=([^=]*)$/s.exec(text) ?? []
    if (theirs !== undefined) values[column] = { ...values[column], [theirs.trim()]: ours.trim() }
    else {
      const [name, header] = splitPair(text, '--map', 'title=Summary, title=#3 or status.Done=shipped')
      columns[name] = [...(columns[name] ?? []), header]
    }
  }
  return {
    preset: texts.from === undefined || texts.from === 'auto' ? null : texts.from,
    columns,
    values,
    constants: Object.fromEntries(
      (texts.const ?? []).map((text) => splitPair(text, '--const', 'project=API')),
    ),
    ignore: texts.ignore ?? [],
    key: (texts.key ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    dateFormat: texts.dateFormat ?? null,
  }
}

/** A saved mapping, overridden by this run's flags. */
export function mergeMappings(saved: MappingFlags, flags: MappingFlags): MappingFlags {
  const values = { ...saved.values }
  for (const [column, table] of Object.entries(flags.values)) values[column] = { ...values[column], ...table }
  return {
    preset: flags.preset ?? saved.preset,
    columns: { ...saved.columns, ...flags.columns },
    values,
    constants: { ...saved.constants, ...flags.constants },
    ignore: [...new Set([...saved.ignore, ...flags.ignore])],
    key: flags.key.length > 0 ? flags.key : saved.key,
    dateFormat: flags.dateFormat ?? saved.dateFormat,
  }
}

/** The text of a mapping file. */
export function formatMapping(mapping: MappingFlags): string {
  return `${JSON.stringify({ version: 1, ...mapping }, null, 2)}\n`
}

/** Parses an untrusted file. Throws BAD_FILE. */
export function parseMapping(text: string, path: string): MappingFlags {
  const json = object(jsonIn(text, path))
  const mapping = {
    preset: optional(json['preset'], isText),
    columns: optional(json['columns'], isRecordOf(isListOf(isText))),
    values: optional(json['values'], isRecordOf(isRecordOf(isText))),
    constants: optional(json['constants'], isRecordOf(isText)),
    ignore: optional(json['ignore'], isListOf(isText)),
    key: optional(json['key'], isListOf(isText)),
    dateFormat: optional(json['dateFormat'], isText),
  }
  const wrong = Object.entries(mapping).find(([, value]) => value === undefined)
  if (wrong !== undefined || json['version'] !== 1) {
    throw new CtoError('BAD_FILE', `"${path}" is not a saved mapping`, {
      reason:
        wrong === undefined ? 'its "version" is not 1' : `"${wrong[0]}" is not as --save-mapping writes it`,
      hint: 'write one with --save-mapping',
    })
  }
  return {
    preset: mapping.preset ?? null,
    columns: mapping.columns ?? {},
    values: mapping.values ?? {},
    constants: mapping.constants ?? {},
    ignore: mapping.ignore ?? [],
    key: mapping.key ?? [],
    dateFormat: mapping.dateFormat ?? null,
  }
}

function splitPair(text: string, flag: string, examples: string): [string, string] {
  const at = text.indexOf('=')
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at > 0 && name !== '' && value !== '') return [name, value]
  throw new UsageError(`${flag} cannot read "${text}"`, { hint: `write ${flag} ${examples}` })
}

function jsonIn(text: string, path: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : undefined
    throw new CtoError('BAD_FILE', `"${path}" is not JSON`, {
      reason,
      hint: 'write one with --save-mapping',
      cause,
    })
  }
}

/** Undefined for a value of another type, null for a missing one. */
function optional<T>(value: unknown, is: (value: unknown) => value is T): T | null | undefined {
  if (value === undefined || value === null) return null
  return is(value) ? value : undefined
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isListOf<T>(is: (value: unknown) => value is T): (value: unknown) => value is T[] {
  return (value): value is T[] => Array.isArray(value) && value.every(is)
}

function isRecordOf<T>(is: (value: unknown) => value is T): (value: unknown) => value is Record<string, T> {
  return (value): value is Record<string, T> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(is)
}
