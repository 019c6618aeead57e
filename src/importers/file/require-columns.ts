import { CtoError, required } from '../../errors.js'
import type { ImportType } from '../../domain/kinds.js'
import { type OwnColumn, requiredColumns } from '../map/columns.js'
import type { Encoding } from '../csv/encoding.js'
import { listColumns, type Mapping } from '../map/mapping.js'
import { aliasesOf } from '../map/presets/index.js'
import type { Preset } from '../map/presets/preset.js'
import { readRows } from '../csv/rows.js'
import { otherFactsIn } from './other-facts.js'
import type { Source } from '../csv/source.js'
import type { FoundTable } from '../csv/table.js'
import { isBlank } from '../spelling.js'

interface Found {
  source: Source
  encoding: Encoding
  table: FoundTable
  preset: Preset
  /** `--map` of columns that are probably those of fields. */
  flags: readonly string[]
}

/** The file has no column for a required field, so that none of its records can be imported. */
export class MissingColumnError extends CtoError {
  /** The preset that fits the file best. */
  readonly preset: string
  /** How many records it has; null if they were not counted. */
  readonly records: number | null

  constructor(
    message: string,
    { preset, records, ...details }: { preset: string; records: number | null; reason: string; hint: string },
  ) {
    super('BAD_FILE', message, details)
    this.preset = preset
    this.records = records
  }
}

/** @throws MissingColumnError for a file without a required column */
export async function requireColumns(type: ImportType, mapping: Mapping, found: Found): Promise<void> {
  const missing = requiredColumns[type].find(
    (column) => !mapping.positions.has(column) && !mapping.constants.has(column),
  )
  if (missing === undefined) return
  const { source, table, preset, flags } = found
  const known = (aliasesOf(preset, type)[missing] ?? []).slice(0, 3).join(', ')
  const records = await countRecords(found)
  const none =
    records === null
      ? 'no record can be imported'
      : `none of its ${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'} can be imported`
  const others = type === 'bugs' ? otherFactsIn(table.columns) : null
  const map = flags.some((flag) => flag.includes(`"${missing}=`))
    ? `${flags.join(' ')}, if that is what they are`
    : `--map ${missing}=COLUMN with one of them, or export the ${missing} too (${preset.title} calls it ${known})${readingHint(table)}`
  throw new MissingColumnError(
    `"${source.name}" has no column for the required field ${missing} of ${type}`,
    {
      ...{ preset: preset.name, records },
      reason: `${none}${others === null ? '' : `: it looks like ${others.what}`}; columns: ${listColumns(table.columns)}; used: ${describeUsed(mapping, table)}`,
      hint: others?.hint ?? map,
    },
  )
}

/** For a table whose place in the file was probably detected wrongly. */
function readingHint({ columns, headerText, layout }: FoundTable): string {
  if (columns.length === 1) return '; or --delimiter, if another character separates the columns'
  const isSparse = columns.filter((name) => !isBlank(name)).length < columns.length / 2
  const isUnnamed = headerText === null && layout === null
  return isSparse || isUnnamed ? '; or --skip N, if the header stands N lines further down' : ''
}

function describeUsed({ positions }: Mapping, { columns }: FoundTable): string {
  const used = [...positions].map(
    ([ours, [first = 0]]) =>
      `${ours as OwnColumn} from ${required(columns[first], 'the header of a mapped column')}`,
  )
  return used.length === 0 ? 'none' : used.join(', ')
}

/** Larger files are not counted, since that would delay the answer. */
const mostBytesCounted = 50_000_000

async function countRecords({ source, encoding, table }: Found): Promise<number | null> {
  if (source.bytes > mostBytesCounted) return null
  const { rows } = readRows(source, { encoding, table })
  let count = 0
  for await (const batch of rows) count += batch.length
  return count
}
