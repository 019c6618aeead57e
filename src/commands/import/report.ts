import type { LocalEdits } from '../../data/imports/local-edits.js'
import { detectedIn } from '../../importers/file/describe.js'
import type { Effects } from '../../importers/load/effects.js'
import type { ImportPlan } from '../../importers/file/plan.js'
import type { Loaded } from '../../importers/file/load-run.js'
import type { ImportType } from '../../domain/kinds.js'
import type { ImportRun } from '../../importers/file/run.js'
import type { Tally } from '../../importers/load/tally.js'
import { isResolved, severities, statuses } from '../../domain/bug.js'
import { excerpt, valueKey } from '../../importers/spelling.js'
import { mapFlag } from '../../importers/validate/map-flag.js'
import { guessSeverity } from '../../importers/validate/guess.js'
import { wrap } from '../../output/fit.js'
import type { Style } from '../../output/style.js'
import { visible } from '../../output/visible.js'
import type { CsvReport } from '../../shapes/import.js'
import { closedMonthsRemarks } from './closed-months.js'

export type { CsvReport }

/** The JSON report of one file. */
export function reportOf(
  run: ImportRun<ImportType>,
  { importId, counts, effects, rejectsFile }: Loaded,
  { formerZone, timings }: Pick<CsvReport, 'formerZone' | 'timings'>,
): CsvReport {
  return {
    importId,
    dryRun: importId === null,
    detected: detectedIn(run.plan),
    formerZone,
    ...counts,
    values: valuesOf(run.tally),
    overwritten: { fields: effects.overwrittenFields, bugs: effects.overwritten },
    kept: { fields: effects.keptFields, bugs: effects.kept },
    older: effects.older,
    renamed: effects.renamed,
    released: effects.released,
    closedMonths: effects.closedMonths,
    rejectsFile,
    timings: { planMs: Math.round(timings.planMs), loadMs: Math.round(timings.loadMs) },
  }
}

const mostLines = 12
const lineWidth = 80

/** `3 records = 2 created + 1 rejected`, on more lines where one would be too long; of what is 0 only `created` is named. */
export function sumOf(report: Counts, [one, many]: readonly [string, string]): string {
  const { records, created, updated, unchanged, rejected, skipped, duplicates } = report
  const sum = Object.entries({ created, updated, unchanged, rejected, skipped })
    .concat([[duplicates === 1 ? 'duplicate' : 'duplicates', duplicates]])
    .filter(([word, count]) => count > 0 || word === 'created')
    .map(([word, count]) => `${number(count)} ${word}`)
  return wrap(`${number(records)} ${records === 1 ? one : many} = ${sum.join(' + ')}`, lineWidth)
}

type Counts = Pick<
  CsvReport,
  'records' | 'created' | 'updated' | 'unchanged' | 'rejected' | 'skipped' | 'duplicates'
>

/** The report as text: the counts, and how the source's values were mapped. */
export function reportText(report: CsvReport, style: Style): string {
  const tables = Object.entries(report.values).map(([field, lines]) => {
    const width = Math.max(...lines.slice(0, mostLines).map(({ count }) => number(count).length))
    const shown = lines
      .slice(0, mostLines)
      .map(
        (line) => `  ${number(line.count).padStart(width)}  ${wordOf(line.from, style)} → ${valueOf(line)}\n`,
      )
    const more = lines.length > mostLines ? `  and ${lines.length - mostLines} more values\n` : ''
    return `\n${style.bold(field)}\n${shown.join('')}${more}`
  })
  const end = report.importId === null ? '' : `\nimport ${report.importId}\n`
  return `${sumOf(report, ['record', 'records'])}\n${tables.join('')}${end}`
}

/** Remarks on what an import created, dropped or kept besides its records. */
export function remarksOn(
  run: ImportRun<ImportType>,
  { effects, importId, dryRun }: { effects: Effects; importId: string | null; dryRun: boolean },
): string[] {
  const { plan, tally, conflicts } = run
  const { strangers, strangerNames, resolvedAtDropped, resolvedWithoutDate, createdWithoutDate } = tally
  const { peopleCreated, projectsCreated, leftOut, leftAlone, older, overwrittenFields, keptFields } = effects
  const names = [...strangerNames].slice(0, 5).join(', ')
  const clashes = [...conflicts].map(([field, count]) => `${field} ${number(count)}×`).join(', ')
  const labels = unknownLabels(tally)
  const remarks: [what: string, count: number, which: string][] = [
    [unknownLabelsRemark, labels.count, labels.which],
    [`people created because ${namersIn(plan, ['assignee', 'creator'])} them`, peopleCreated, ''],
    [`projects created because ${namersIn(plan, ['project'])} them`, projectsCreated, ''],
    ['people and projects not created and left empty', leftOut, ''],
    ['further people of a cell skipped, since a bug has one assignee', tally.otherPeople, ''],
    ['unknown names left empty', strangers, ` (${names}) → --people FILE`],
    ...openWithoutResolution(run),
    ['resolution dates of unresolved bugs dropped', resolvedAtDropped, ''],
    ['resolved bugs without a resolution date', resolvedWithoutDate, undatedText(plan)],
    ['bugs without a creation date; new ones count as created now', createdWithoutDate, ''],
    [overwrittenRemark, overwrittenFields, ` (${editsText(effects.overwritten)})${keepingText(importId)}`],
    ['fields changed in cto and kept', keptFields, ` (${editsText(effects.kept)})`],
    ['existing records skipped', leftAlone, ''],
    ['records skipped, not newer than the stored bug', older, ''],
    [renamedRemark, effects.renamed, ''],
    [releasedRemark, effects.released, ''],
    ['fields in which duplicates differ; the last one is used', conflicts.size, ` (${clashes})`],
  ]
  return [
    ...remarks
      .filter(([, count]) => count > 0)
      .map(([what, count, which]) => `${what}: ${number(count)}${which}`),
    ...closedMonthsRemarks(effects, { dryRun }),
  ]
}

/** Statuses that a resolution would close, in a file that has no column for it. */
function openWithoutResolution({
  plan: { preset, mapping },
  tally,
}: ImportRun<ImportType>): [what: string, count: number, which: string][] {
  if (mapping.positions.has('resolution') || mapping.constants.has('resolution')) return []
  const closing = new Set((preset.closedWhenResolved ?? []).map(valueKey))
  return (tally.values['status'] ?? [])
    .filter(
      ({ from, to }) =>
        closing.has(valueKey(from)) && statuses.some((each) => each === to && !isResolved(each)),
    )
    .map(({ from, to, count }) => [
      `bugs with ${from} read as ${to}, which counts as open, since the file has no resolution`,
      count,
      ` → ${mapFlag('status', from, { suggestion: 'closed', choices: statuses })}`,
    ])
}

/** What names people or projects in these fields: `bugs name`, `--const project names`, `bugs or --const creator name`. */
function namersIn(
  { type, mapping: { positions, constants } }: ImportPlan,
  fields: readonly string[],
): string {
  const given = fields.filter((field) => constants.has(field)).map((field) => `--const ${field}`)
  const isRead = fields.some((field) => positions.has(field) && !constants.has(field))
  const namers = isRead || given.length === 0 ? [type, ...given] : given
  return `${namers.join(' or ')} ${namers.length === 1 && namers === given ? 'names' : 'name'}`
}

/** What follows from a missing date of resolution, and where one can come from. */
function undatedText({ mapping, table }: ImportPlan): string {
  const [at] = mapping.positions.get('resolvedAt') ?? []
  const column = at === undefined ? undefined : table.columns[at]
  const fix = column === undefined ? '--map resolvedAt=COLUMN' : `fill in ${column} and import again`
  return `; --resolved, times to resolution and the SLA leave them out → ${fix}`
}

export const overwrittenRemark = 'fields changed in cto and overwritten'

/** How to keep such fields next time and, once they are overwritten, how to take that back. */
export function keepingText(importId: string | null): string {
  const undo = importId === null ? '' : `; cto import undo ${importId} takes this import back`
  return ` → --keep-local keeps them${undo}`
}

export const renamedRemark = 'bugs with a new key; the old one still finds them'
export const releasedRemark = 'bugs whose key now belongs to another bug; it is kept as a former key'
export const unknownLabelsRemark = 'unknown severity labels, read as medium'

/** The number of records with unknown labels, and the flag for each of the most frequent ones. */
export function unknownLabels({ unknownLabels: labels }: Tally): { count: number; which: string } {
  const found = [...labels].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a)
  const flags = found.slice(0, mostLabels).map(([label, count]) => {
    const suggested = { suggestion: guessSeverity(label)?.value, choices: severities }
    return `\n  ${number(count)}× → ${mapFlag('severity', label, suggested) ?? `"${excerpt(label)}"`}`
  })
  return { count: found.reduce((sum, [, count]) => sum + count, 0), which: flags.join('') }
}

const mostLabels = 5

const mostEdits = 20

function editsText(edits: readonly LocalEdits[]): string {
  const named = edits.slice(0, mostEdits).map(({ bugNumber, fields }) => `${bugNumber} ${fields.join(' ')}`)
  return [...named, ...(edits.length > mostEdits ? ['…'] : [])].join('; ')
}

/** How the source's values were mapped, the most frequent first. */
export function valuesOf({ values, absent }: Tally): CsvReport['values'] {
  const fields = new Set([...Object.keys(values), ...Object.keys(absent)])
  return Object.fromEntries(
    [...fields].map((field) => {
      const silent = (absent[field] ?? []).map((line) => ({ ...line, from: line.from || null }))
      return [field, [...(values[field] ?? []), ...silent].sort((a, b) => b.count - a.count)]
    }),
  )
}

function wordOf(from: string | null, style: Style): string {
  return from === null ? style.dim('(empty)') : visible(from)
}

function valueOf({ to, decidedBy }: { to: string; decidedBy?: string | undefined }): string {
  return decidedBy === undefined ? to : `${to} (by ${decidedBy})`
}

function number(count: number): string {
  return count.toLocaleString('en')
}
