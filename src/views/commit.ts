import type { RecordView } from '../output/field.js'
import type { Commit } from '../shapes/delivery.js'

/** How a commit is printed. */
export const commitView: RecordView<Commit> = {
  name: 'commit',
  plural: 'commits',
  shape: 'commit',
  id: ({ sha }) => sha,
  defaults: ['committedAt', 'repository', 'sha', 'author', 'subject', 'pullRequest'],
  fields: [
    { name: 'committedAt', header: 'COMMITTED', omit: 2 },
    { name: 'repository', header: 'REPOSITORY', shrink: 2, least: 12 },
    { name: 'sha', header: 'SHA', text: ({ sha }) => sha.slice(0, 12) },
    { name: 'author', header: 'AUTHOR', shrink: 3, omit: 3 },
    { name: 'subject', header: 'SUBJECT', shrink: 1, least: 16 },
    { name: 'pullRequest', header: 'PULL REQUEST', align: 'right', isName: true, omit: 1 },
    { name: 'authoredAt', header: 'AUTHORED' },
    { name: 'additions', header: 'ADDED', align: 'right' },
    { name: 'deletions', header: 'DELETED', align: 'right' },
    { name: 'filesChanged', header: 'FILES', align: 'right' },
    { name: 'onDefaultBranch', header: 'ON DEFAULT BRANCH' },
    { name: 'revertsSha', header: 'REVERTS' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}
