import { type BugSeverity, type BugStatus, isResolved, severities, statuses } from '../../domain/bug.js'
import { bugTable } from '../../data/bugs/bug-columns.js'
import { dayMs } from '../../domain/duration.js'
import { labelSet } from '../../domain/label-set.js'
import { plainBugFields } from '../../domain/bug-fields.js'
import type { ImportedBug } from './imported.js'
import { isNoKey, keyFault, soundUid, roundedFault, spreadsheetError } from './keys.js'
import { type FindPerson, personReader } from './people.js'
import type { CreationInKey, SourceRules } from './source-rules.js'
import { isBlockerLabel, labelReader, labelsIn, type Labelled } from './labels.js'
import type { EnumRules, RowReader } from './row-reader.js'
import { isAbsent, valueKey } from '../spelling.js'
import { namesInJson } from './json-cells.js'
import { statusReader, type StatusReader, type StatusWords } from './status.js'
import { dayIn } from './dates.js'
import { guessSeverity, guessStatus } from './guess.js'
import { translator } from './translator.js'
import { commonSeverities } from './words.js'

export interface BugRules {
  preset: SourceRules
  externalSource: string
  severityAnswers: ReadonlyMap<string, BugSeverity>
  statusAnswers: ReadonlyMap<string, BugStatus>
  findPerson: FindPerson
  /** Whether a bug keeps the number of its source. */
  keepNumbers: boolean
  /** Reads the moment of creation from the key; null where a column has it, or no key does. */
  creationInKey: CreationInKey | null
}

/** Reads bugs by the rules of their preset. `key` identifies the bug in its source. */
export function bugReader(rules: BugRules): (row: RowReader, key: string) => ImportedBug {
  const severity = {
    translate: translator<BugSeverity>([commonSeverities, rules.preset.severities], rules.severityAnswers),
    absent: 'medium' as const,
    choices: severities,
    guess: guessSeverity,
  }
  const readStatus = statusReader(rules.preset, rules.statusAnswers)
  const readLabels = labelReader({ severity: rules.severityAnswers, status: rules.statusAnswers })
  const readPerson = personReader(rules.findPerson)
  const unit = rules.preset.hours ?? 'hours'

  return (row, key) => {
    if (key === '') reportNoKey(row)
    const labels = labelsIn(row.list('labels'))
    const labelled = readLabels(labels)
    const status = statusOf(row, rules, { read: readStatus, labelled })
    const record: ImportedBug = {
      externalSource: rules.externalSource,
      externalId: key,
      externalUid: soundUid(row.text('externalUid') ?? '', rules.preset) || null,
      bugNumber: rules.keepNumbers ? numberOf(row, key) : null,
      externalUrl: row.text('externalUrl'),
      title: titleOf(row),
      description: row.text('description'),
      severity: severityOf(row, rules, { words: severity, labelled }),
      status,
      assignee: row.person('assignee', readPerson),
      creator: row.person('creator', readPerson),
      project: projectOf(row),
      createdAt: createdAtOf(row, key, rules),
      updatedAt: row.date('updatedAt'),
      resolvedAt: resolvedAtOf(row, status),
      estimatedHours: row.hours('estimatedHours', unit),
      actualHours: row.hours('actualHours', unit),
      isBlocker: isBlockerOf(row, labelled),
      labels: labelSet([...labels, ...plansOf(row)]),
    }
    record.resolvedAt = notBefore(record, row.word('resolvedAt'))
    for (const { field, read } of plainReaders) record[field] = read(row)
    return record
  }
}

function titleOf(row: RowReader): string {
  const title = row.requiredText('title')
  if (spreadsheetError.test(title)) row.problem('E_REQUIRED', 'title', title, 'is an error of a spreadsheet')
  return title
}

/** What a source plans with, as labels: `due:2026-03-01`, a text that is no date as it is, and `fix:2.1`. */
function plansOf(row: RowReader): string[] {
  const due = row.word('dueDate')
  const versions = row
    .list('fixVersion')
    .flatMap((cell) => namesInJson(cell) ?? cell)
    .filter((version) => !isAbsent(version.trim()))
  return [
    ...(due === '' ? [] : [`due:${dayIn(due) ?? due}`]),
    ...versions.map((version) => `fix:${version.trim()}`),
  ]
}

/** Readers of the columns whose values are stored unchanged, by the type of the column. */
const plainReaders = plainBugFields.map((field) => {
  const { type, size } = bugTable.columns[field]
  const [digits = 0, fraction = 0] = (size ?? '').split(',').map(Number)
  const read = (row: RowReader): string | null =>
    type === 'numeric' ? row.decimal(field, { digits, fraction }) : row.text(field)
  return { field, read }
})

/** Rejects a record without a key: two of them would be merged, or the next import would not find it. */
function reportNoKey(row: RowReader): void {
  const text = row.text('externalId') ?? ''
  if (text === '') row.problem('E_REQUIRED', 'externalId', '', 'must not be empty')
  else if (isNoKey(text)) row.problem('E_REQUIRED', 'externalId', text, 'identifies no record')
  else row.problem('E_KEY', 'externalId', text, keyFault(text) ?? roundedFault, keyFix)
}

const keyFix = 'export again with this column as text'

/** `HADOOP-123`, `…/issues/123` and `123` are all number 123. */
function numberOf(row: RowReader, key: string): string | null {
  const digits = /(\d{1,15})\D{0,2}$/.exec(key)?.[1]
  if (digits !== undefined) return `BUG-${digits.replace(/^0+(?=\d)/, '')}`
  if (key !== '') row.problem('E_NUMBER', 'externalId', key, 'has no number to keep')
  return null
}

/** Some products have labels instead of a column. An unknown label is counted, not rejected. */
function severityOf(
  row: RowReader,
  { preset }: BugRules,
  { words, labelled }: { words: EnumRules<BugSeverity>; labelled: Labelled },
): BugSeverity {
  if (row.word('severity') !== '' || !preset.labelsSay?.includes('severity'))
    return row.enumeration('severity', words)
  const { severity, unknownSeverity } = labelled
  if (severity === null && unknownSeverity !== null) row.remarks.unknownLabels.push(unknownSeverity)
  const [label, ours] = severity ?? [unknownSeverity ?? '', words.absent]
  return row.enumerated('severity', label, ours, words)
}

function statusOf(
  row: RowReader,
  { preset, statusAnswers }: BugRules,
  { read, labelled }: { read: ReturnType<typeof statusReader>; labelled: Labelled },
): BugStatus {
  const words = {
    status: row.word('status'),
    category: row.word('statusCategory'),
    resolution: row.word('resolution'),
  }
  const isAnswered = (text: string): boolean => statusAnswers.has(valueKey(text))
  const status = read(words)
  const answeredResolution = preset.answersForResolutions === true && isAnswered(words.resolution)
  const word = answeredResolution
    ? words.resolution
    : ([words.status, words.category, words.resolution].find((text) => text !== '') ?? '')
  const rules = { absent: 'pending' as const, choices: statuses, guess: guessStatus }
  // Archived bugs are not worked on any more, but it is unknown how they ended.
  if (row.yesNo('archived', isDate) && !(status && isResolved(status)))
    return row.enumerated<BugStatus>('status', 'archived', 'deferred', rules)
  const isDated =
    (preset.resolvedWhenDated === true || !row.has(statusColumns)) && row.word('resolvedAt') !== ''
  if (isDated && !isAnswered(word) && !(status && isResolved(status))) {
    return row.enumerated<BugStatus>('status', 'has a resolution date', 'closed', rules)
  }
  if (preset.labelsSay?.includes('status') && !isAnswered(word)) {
    const found =
      status === 'closed'
        ? labelled.status.closed
        : status === 'pending' || status === null
          ? labelled.status.open
          : null
    if (found) return row.enumerated<BugStatus>('status', found[0], found[1], rules)
  }
  const decidedBy = answeredResolution ? undefined : deciderOf(words, read)
  return row.enumerated<BugStatus>('status', word, status === null ? rules.absent : status, {
    ...rules,
    ...(decidedBy !== undefined && { decidedBy }),
  })
}

/** The second column that maps a status which is unknown itself; undefined where the status decides. */
function deciderOf({ status, category, resolution }: StatusWords, read: StatusReader): string | undefined {
  if (status === '' || (category === '' && resolution === '')) return undefined
  const alone = { status: '', category: '', resolution: '' }
  if (read({ ...alone, status }) !== undefined) return undefined
  if (read({ ...alone, category })) return 'Status Category'
  return read({ ...alone, resolution }) ? 'Resolution' : undefined
}

const statusColumns = ['status', 'statusCategory', 'resolution']

/** Archived since then. */
function isDate(text: string): true | null {
  return /\b\d{4}\b|\d[-/.]\d{1,2}[-/.]\d/.test(text) || null
}

function createdAtOf(row: RowReader, key: string, { creationInKey }: BugRules): Date | null {
  const date = creationInKey === null ? row.date('createdAt') : creationInKey(key)
  row.remarks.createdWithoutDate = date === null && (creationInKey !== null || row.has(['createdAt']))
  return date
}

/** Sources have resolution dates on open bugs too; using them would close the bugs. */
function resolvedAtOf(row: RowReader, status: BugStatus): Date | null {
  const date = row.date('resolvedAt')
  if (isResolved(status)) {
    row.remarks.resolvedWithoutDate = date === null
    return date
  }
  row.remarks.resolvedAtDropped = date !== null
  return null
}

/** A day without a time begins before a creation on that day, whose bug was not resolved before it was reported. */
function notBefore({ createdAt, resolvedAt }: ImportedBug, text: string): Date | null {
  if (createdAt === null || resolvedAt === null || hasTime.test(text)) return resolvedAt
  const early = createdAt.getTime() - resolvedAt.getTime()
  return early > 0 && early < dayMs ? createdAt : resolvedAt
}

/** A clock, seconds since 1970, or a fraction of a day of Excel. */
const hasTime = /\d:\d|\s\d{1,2}\.\d{2}$|^\d{9,}|^\d+[.,]\d+$/

function projectOf(row: RowReader): string | null {
  const project = row.word('project')
  return project === '' ? null : project
}

function isBlockerOf(row: RowReader, { isBlocker }: Labelled): boolean {
  const isMarked = row.yesNo('isBlocker')
  return isMarked ?? (isBlocker || isBlockerLabel(row.word('severity')) || row.word('blocks') !== '')
}
