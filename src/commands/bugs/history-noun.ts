import type { BugChangeRow } from '../../data/bugs/bug-history.js'
import type { Noun } from '../../output/field.js'

/** How a change of a bug is printed: names for people, ids in JSON. */
export const bugChangeNoun: Noun<BugChangeRow> = {
  name: 'change',
  plural: 'changes',
  shape: 'bugChange',
  id: ({ bugNumber }) => bugNumber,
  defaults: ['changedAt', 'bugNumber', 'fieldChanged', 'oldName', 'newName', 'changedBy', 'note'],
  fields: [
    { name: 'changedAt', header: 'WHEN' },
    { name: 'bugNumber', header: 'BUG' },
    { name: 'fieldChanged', header: 'FIELD' },
    { name: 'oldName', header: 'WAS', shrink: 2, text: ({ oldName, oldValue }) => nameOr(oldName, oldValue) },
    { name: 'newName', header: 'IS', shrink: 2, text: ({ newName, newValue }) => nameOr(newName, newValue) },
    { name: 'changedBy', header: 'BY', flat: ({ changedBy }) => changedBy?.email ?? null, shrink: 3 },
    { name: 'note', header: 'NOTE', shrink: 1 },
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

/** Somebody or something that was deleted has no name any more. */
function nameOr(name: string | null, value: string | null): string {
  return name ?? (value === null ? '—' : `deleted ${value.slice(0, 8)}`)
}
