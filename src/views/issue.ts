import type { RecordView } from '../output/field.js'
import type { Issue } from '../shapes/delivery.js'

/** How an issue of a repository is printed. */
export const issueView: RecordView<Issue> = {
  name: 'issue',
  plural: 'issues',
  shape: 'issue',
  id: ({ repository, number }) => `${repository}#${number}`,
  defaults: ['repository', 'number', 'title', 'author', 'state', 'openedAt', 'bug'],
  fields: [
    { name: 'repository', header: 'REPOSITORY', shrink: 2, least: 12 },
    { name: 'number', header: 'NUMBER', align: 'right', isName: true },
    { name: 'title', header: 'TITLE', shrink: 1, least: 16 },
    { name: 'author', header: 'AUTHOR', shrink: 3, omit: 2 },
    { name: 'assignee', header: 'ASSIGNEE' },
    { name: 'state', header: 'STATE' },
    { name: 'stateReason', header: 'REASON' },
    { name: 'labels', header: 'LABELS' },
    { name: 'openedAt', header: 'OPENED', omit: 1 },
    { name: 'firstResponseAt', header: 'FIRST RESPONSE' },
    { name: 'closedAt', header: 'CLOSED' },
    { name: 'goneAt', header: 'GONE' },
    { name: 'bug', header: 'BUG', omit: 3 },
    { name: 'url', header: 'URL' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}
