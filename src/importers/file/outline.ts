import type { Encoding } from '../csv/encoding.js'
import type { ImportType } from '../../domain/kinds.js'
import { helperColumns, ownColumns } from '../map/columns.js'
import { CtoError, required } from '../../errors.js'
import type { DialectFlags } from '../csv/dialect.js'
import { keyReader, type KeyKind, type KeyOf } from '../map/identity.js'
import { buildMapping, type Mapping } from '../map/mapping.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import { isKnownHeader } from '../map/presets/index.js'
import type { Preset } from '../map/presets/preset.js'
import { likelyFlags, missingColumns, type MissingColumn } from '../map/missing-columns.js'
import type { Row } from '../csv/rows.js'
import { choosePreset } from './choose-preset.js'
import { creationReader, creationRemark, isCreation } from './creation-in-key.js'
import { firstRows } from './first-rows.js'
import type { PlanQuestions } from './plan-questions.js'
import { recordFilter, type RecordChoice, type RecordFilter } from './record-filter.js'
import { surelyOtherFacts } from './other-facts.js'
import { requireColumns } from './require-columns.js'
import { type Answers, readAnswers } from '../validate/answers.js'
import type { CreationInKey } from '../validate/source-rules.js'
import { takeSamples } from '../csv/samples.js'
import type { Source } from '../csv/source.js'
import { findTable, type FoundTable } from '../csv/table.js'
import { decimalReader, type ReadDecimal } from '../validate/decimals.js'
import { localTimes, type ToInstant } from '../validate/zone.js'

/** The user's request; flags that were not given are undefined. */
export interface ImportRequest<Type extends ImportType = ImportType> {
  type: Type
  mapping: MappingFlags
  /** `--source`; default: the preset's name. */
  externalSource?: string | undefined
  encoding?: string | undefined
  dialect?: DialectFlags | undefined
  /** For times that name no zone. */
  zone: string
  /** Dates more than a day later are rejected. */
  now: Date
  pad?: boolean | undefined
  /** The format of numbers. Default: detected per column, else `en`. */
  locale?: string | undefined
  /** An unknown enum value rejects its row, or becomes the default. */
  onUnknown?: 'reject' | 'default' | undefined
  /** Questions about an ambiguous file, on a terminal. Without them ambiguity is an error. */
  questions?: PlanQuestions | undefined
  /** Bugs are numbered as in their source. */
  keepNumbers?: boolean | undefined
  /** Which records are taken; the others are skipped. */
  choice?: RecordChoice | undefined
}

/** How a file is read, as determined from its beginning. */
export interface ImportOutline<Type extends ImportType = ImportType> extends RecordFilter {
  type: Type
  source: Source
  externalSource: string
  encoding: Encoding
  table: FoundTable
  /** Whether the beginning is the whole file. */
  isShort: boolean
  preset: Preset
  /** The preset that fits second best; null if none does or the user chose. */
  runnerUp: Preset | null
  /** Whether the user was asked for the preset. */
  presetAsked: boolean
  mapping: Mapping
  /** The fields that the file contains; an import overwrites no others. */
  present: ReadonlySet<string>
  keyOf: KeyOf
  keyKind: KeyKind
  /** Reads the moment of creation from the key; null where a column has it, or no key does. */
  creationInKey: CreationInKey | null
  answers: Answers
  /** `--date-format`; null to detect the format from the dates. */
  dateFormat: string | null
  /** For times that name no zone. */
  zone: string
  toInstant: ToInstant
  now: Date
  readDecimal: ReadDecimal
  /** `--locale`; null to detect the format of numbers per column. */
  locale: string | null
  pad: boolean
  defaultUnknown: boolean
  keepNumbers: boolean
  warnings: readonly string[]
}

/**
 * Reads the beginning of the file; writes nothing. Throws BAD_FILE for a file of another type, AMBIGUOUS for one that can
 * come from two trackers, USAGE for flags that do not fit it.
 */
export async function outlineImport<Type extends ImportType>(
  source: Source,
  request: ImportRequest<Type>,
): Promise<ImportOutline<Type>> {
  const { type } = request
  const readDecimal = decimalReader(request.locale ?? 'en')
  const answers = readAnswers(type, request.mapping.values)
  const { encoding, samples } = await takeSamples(source, request.encoding)
  const table = findTable(samples, { ...request.dialect, pad: request.pad }, (cell) =>
    isKnownHeader(type, cell),
  )
  const { preset, runnerUp, asked } = await choosePreset(source, request, { encoding, table })
  const mapping = buildMapping(type, table.columns, preset, request.mapping)
  const { keyOf, kind } = keyReader(type, mapping)

  const flags = likelyFlags(type, mapping, request.mapping.ignore)
  await requireColumns(type, mapping, { source, encoding, table, preset, flags })
  const beginning = () => firstRows(source, { encoding, table })
  const lacking = await missingFields(request, { mapping, preset, columns: table.columns }, beginning)
  const creationInKey = lacking.some((each) => isCreation(each) && !each.isSure)
    ? creationReader(preset, request.now, { keyOf, rows: await beginning() })
    : null
  const missing = creationInKey === null ? lacking : lacking.filter((field) => !isCreation(field))
  refuseSureHeader(source.name, { missing, flags, questions: request.questions })
  return {
    type,
    source,
    externalSource: request.externalSource ?? table.rejectedFrom?.source ?? preset.name,
    encoding,
    table,
    isShort: samples.complete,
    preset,
    runnerUp,
    presetAsked: asked,
    mapping,
    present: presentFields(type, mapping, preset, creationInKey !== null),
    keyOf,
    keyKind: kind,
    creationInKey,
    answers,
    dateFormat: request.mapping.dateFormat,
    zone: request.zone,
    toInstant: localTimes(request.zone),
    now: request.now,
    readDecimal,
    locale: request.locale ?? null,
    pad: request.pad ?? false,
    keepNumbers: request.keepNumbers ?? false,
    ...recordFilter(mapping, request.choice ?? {}),
    defaultUnknown: request.onUnknown === 'default',
    warnings: [
      ...otherFactsWarning(type, table.columns),
      ...(kind === 'content' ? [noKeyWarning] : []),
      ...missing.map(describeMissing),
      ...(creationInKey === null ? [] : [creationRemark(preset)]),
      ...unusedWarning(flags, missing),
    ],
  }
}

function otherFactsWarning(type: ImportType, columns: readonly string[]): string[] {
  const found = type === 'bugs' ? surelyOtherFacts(columns) : null
  return found === null ? [] : [`it looks like ${found.what}, and each becomes a bug; ${found.hint}`]
}

const noKeyWarning =
  'no column identifies the records: each is identified by its content, so a changed record is imported ' +
  'as a new one (set the columns with --key or --map externalId=…)'

/** A product that writes severities as labels needs no column for them. */
async function missingFields(
  { type, mapping: { ignore } }: ImportRequest,
  { mapping, preset, columns }: { mapping: Mapping; preset: Preset; columns: readonly string[] },
  rows: () => Promise<readonly Row[]>,
): Promise<MissingColumn[]> {
  const inLabels = mapping.positions.has('labels') ? (preset.labelsSay ?? []) : []
  const missing = await missingColumns(type, { mapping, columns, ignored: ignore }, rows)
  return missing.filter(({ field }) => !inLabels.some((label) => label === field))
}

function describeMissing({ field, instead, header }: MissingColumn): string {
  return `no column is the ${field}, and ${instead}${header === null ? '' : ` → --map "${field}=${header}"`}`
}

/** Columns of other fields than the missing ones, which have their own warnings. */
function unusedWarning(flags: readonly string[], missing: readonly MissingColumn[]): string[] {
  const others = flags.filter((flag) => !missing.some(({ field }) => flag.includes(`"${field}=`)))
  if (others.length === 0) return []
  return [`columns not used that are probably fields of bugs → ${others.join(' ')}`]
}

/** Rejects a file with a likely header for a missing field; on a terminal there is only a warning. Throws BAD_FILE. */
function refuseSureHeader(
  name: string,
  {
    missing,
    flags,
    questions,
  }: { missing: readonly MissingColumn[]; flags: readonly string[]; questions: PlanQuestions | undefined },
): void {
  const first = missing.find(({ isSure }) => isSure)
  if (first === undefined || questions !== undefined) return
  throw new CtoError(
    'BAD_FILE',
    `column "${required(first.header, 'a sure header')}" of "${name}" is probably the ${first.field}`,
    {
      reason: `no other column is, and without it ${first.instead}`,
      hint: `${flags.join(' ')}, or --ignore ${flags.length === 1 ? 'that column' : 'what is something else'}`,
    },
  )
}

/** Columns that help to find the value of another field. */
const helpers: Readonly<Record<string, readonly string[]>> = {
  status: ['statusCategory', 'resolution', 'resolvedAt'],
  labels: ['dueDate', 'fixVersion'],
  isBlocker: ['blocks', 'labels'],
}

function presentFields(
  type: ImportType,
  mapping: Mapping,
  preset: Preset,
  hasCreation: boolean,
): ReadonlySet<string> {
  const has = (column: string): boolean =>
    mapping.positions.has(column) || mapping.constants.has(column) || (column === 'createdAt' && hasCreation)
  const columns: readonly string[] = ownColumns[type]
  const present = columns.filter(
    (column) =>
      !helperColumns.has(column) &&
      (has(column) ||
        (helpers[column] ?? []).some(has) ||
        (preset.labelsSay?.some((field) => field === column) === true && has('labels')) ||
        (column === 'isBlocker' && has('severity') && preset.severityTellsBlocker === true)),
  )
  return new Set(present)
}
