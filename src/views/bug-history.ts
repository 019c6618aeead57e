import type { BugChangeRow } from '../data/bugs/bug-history.js'
import { statuses } from '../domain/bug.js'
import { empty, minuteIn, type RecordView } from '../output/field.js'
import { fieldLabel } from './field-label.js'
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
      brief: ({ changedAt }, { zone, now }) => shortMinute(minuteIn(zone, changedAt), minuteIn(zone, now)),
    },
    { name: 'bugNumber', header: 'BUG', omit: 3 },
    { name: 'fieldChanged', header: 'FIELD', text: ({ fieldChanged }) => fieldLabel(fieldChanged) },
    {
      name: 'oldName',
      header: 'WAS',
      text: ({ fieldChanged, oldName, oldValue }) =>
        valueText(fieldChanged, oldName ?? nameless(fieldChanged, oldValue)),
      shrink: 2,
      least: longestStatus,
      omit: 2,
    },
    {
      name: 'newName',
      header: 'IS',
      text: ({ fieldChanged, newName, newValue }) =>
        valueText(fieldChanged, newName ?? nameless(fieldChanged, newValue)),
      shrink: 2,
      least: longestStatus,
    },
    {
      name: 'changedBy',
      header: 'BY',
      flat: ({ changedBy }) => changedBy?.email ?? null,
      text: (change) => changedByText(change, change.changedBy?.email),
      brief: (change) => changedByText(change, change.changedBy && personBrief(change.changedBy)),
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

/** A note changes no value. */
function valueText(field: string, value: string): string {
  return field === 'note' ? '' : value
}

/** A deleted record has no name any more; an empty list has none either. */
function nameless(field: string, value: string | null): string {
  return value === null || field === 'labels' || field === 'links' ? empty : `deleted ${value.slice(0, 8)}`
}

/** `03-01 09:00`, and with its year unless that is the present one. */
function shortMinute(minute: string, now: string): string {
  const year = 'yyyy-'.length
  return minute.slice(0, year) === now.slice(0, year) ? minute.slice(year) : minute
}

/** An import's change is named by its import, beside the person who imported. */
function changedByText({ importId }: BugChangeRow, person: string | null | undefined): string {
  const origin = importId === null ? null : `import ${importId.slice(0, 8)}`
  const known = [person, origin].filter((name) => name !== null && name !== undefined)
  return known.length === 0 ? empty : known.join(', ')
}
