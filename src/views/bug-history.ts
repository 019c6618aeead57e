import type { BugChangeRow } from '../data/bugs/bug-history.js'
import { statuses } from '../domain/bug.js'
import { minuteIn, type RecordView } from '../output/field.js'
import { personBrief } from './person.js'

/** What a bug went from and to is often a status, which is never cut. */
const longestStatus = Math.max(...statuses.map((status) => status.length))

/** How a change of a bug is printed: names for people, ids in JSON. */
export const bugChangeView: RecordView<BugChangeRow> = {
  name: 'change',
  plural: 'changes',
  shape: 'bugChange',
  id: ({ bugNumber }) => bugNumber,
  defaults: ['changedAt', 'bugNumber', 'fieldChanged', 'oldName', 'newName', 'changedBy', 'note'],
  fields: [
    {
      name: 'changedAt',
      header: 'WHEN',
      brief: ({ changedAt }, { zone }) => minuteIn(zone, changedAt).slice('yyyy-'.length),
    },
    { name: 'bugNumber', header: 'BUG', omit: 3 },
    { name: 'fieldChanged', header: 'FIELD' },
    {
      name: 'oldName',
      header: 'WAS',
      text: ({ oldName, oldValue }) => nameOr(oldName, oldValue),
      shrink: 2,
      least: longestStatus,
      omit: 2,
    },
    {
      name: 'newName',
      header: 'IS',
      text: ({ newName, newValue }) => nameOr(newName, newValue),
      shrink: 2,
      least: longestStatus,
    },
    {
      name: 'changedBy',
      header: 'BY',
      flat: ({ changedBy }) => changedBy?.email ?? null,
      brief: ({ changedBy }) => personBrief(changedBy),
      shrink: 3,
      least: 8,
      omit: 1,
    },
    { name: 'note', header: 'NOTE', omit: 0, below: true },
    { name: 'oldValue', header: 'OLD VALUE', shrink: 2 },
    { name: 'newValue', header: 'NEW VALUE', shrink: 2 },
    { name: 'changedById', header: 'BY ID' },
    { name: 'changedBy.id', header: 'BY ID' },
    { name: 'changedBy.email', header: 'BY', shrink: 3 },
    { name: 'changedBy.name', header: 'BY NAME', shrink: 3 },
    { name: 'bugId', header: 'BUG ID' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}

/** A deleted record has no name any more. */
function nameOr(name: string | null, value: string | null): string {
  return name ?? (value === null ? '—' : `deleted ${value.slice(0, 8)}`)
}
