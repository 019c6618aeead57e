import { required } from '../../errors.js'
import type { Detected } from '../../shapes/import.js'
import { listColumns } from '../map/mapping.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { ImportOutline } from './outline.js'
import type { ImportPlan } from './plan.js'
import { isBlank } from '../spelling.js'
import { describeTable } from '../csv/table.js'

export type { Detected }

/** The detected format of the file, for `--json` and the import's log. */
export function detectedIn(plan: ImportPlan): Detected {
  const { dialect, preambleLines, columns, headerText, layout } = plan.table
  const header = (position: number): string => required(columns[position], 'the header of a mapped column')
  const dates = [...plan.dateFormats].flatMap(([at, format]) =>
    format === null ? [] : [[typeof at === 'number' ? header(at) : at, format.name] as const],
  )
  return {
    encoding: plan.encoding.label,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header: headerText !== null,
    skippedLines: preambleLines,
    columns: columns.length,
    layout,
    preset: plan.preset.name,
    runnerUp: plan.runnerUp?.name ?? null,
    mapping: Object.fromEntries([...plan.mapping.positions].map(([ours, at]) => [ours, at.map(header)])),
    dateFormats: Object.fromEntries(dates),
    zone: plan.localZone,
    unused: [...plan.mapping.unused],
  }
}

/** The detected format in a line or two of text. */
export function describeOutline(outline: ImportOutline): string[] {
  const { encoding, table, preset, runnerUp, mapping } = outline
  const next = runnerUp === null ? '' : ` (next best: ${runnerUp.name})`
  const found = `${encoding.label.toUpperCase()}, ${describeTable(table)}; read as ${preset.name}${next}`
  const unused = mapping.unused.filter((header) => !isBlank(header))
  return unused.length === 0 ? [found] : [found, `columns not used: ${firstColumns(unused)}`]
}

/** The formats of the dates, and the zone of the times that name none. Null if the file has no dates. */
export function describeDates({ dateFormats, localZone, mapping, table }: ImportPlan): string | null {
  const names = new Set([...dateFormats.values()].flatMap((format) => format?.name ?? []))
  if (names.size === 0) return null
  const [offsetAt] = mapping.positions.get('utcOffset') ?? []
  const offset =
    offsetAt === undefined ? '' : `; times without a zone are in that of ${table.columns[offsetAt] ?? ''}`
  const zone = localZone === null ? offset : `; times without a zone are read in ${localZone}`
  return `${names.size === 1 ? 'date format' : 'date formats'}: ${[...names].join(', ')}${zone}`
}

/** A tracker exports dozens of columns that an import does not use. */
const mostNamed = 8
const namedOfMany = 4

function firstColumns(columns: readonly string[]): string {
  if (columns.length <= mostNamed) return listColumns(columns)
  const rest = columns.length - namedOfMany
  return `${listColumns(columns.slice(0, namedOfMany))}, and ${rest} more; --json lists them`
}

/** What `--save-mapping` keeps: the flags of this run, the preset that was found, and the answers given. */
export function mappingToSave(plan: ImportPlan, flags: MappingFlags): MappingFlags {
  const answers = [...plan.answers].filter(([, words]) => words.size > 0)
  return {
    ...flags,
    preset: plan.preset.name,
    dateFormat: plan.dateAnswer ?? flags.dateFormat,
    values: Object.fromEntries(answers.map(([field, words]) => [field, Object.fromEntries(words)])),
  }
}
