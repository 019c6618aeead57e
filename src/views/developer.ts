import { empty, type RecordView } from '../output/field.js'
import type { Developer } from '../shapes/delivery-report.js'
import { duration } from './amount.js'

export const developerView: RecordView<Developer> = {
  name: 'person',
  plural: 'people',
  shape: 'developer',
  id: ({ login, email, id }) => login ?? email ?? id,
  defaults: [
    'name',
    'commits',
    'prsOpened',
    'prsMerged',
    'medianCycle',
    'reviews',
    'prsReviewed',
    'issuesClosed',
  ],
  fields: [
    { name: 'name', header: 'PERSON', text: ({ name, login }) => name ?? login ?? empty, shrink: 1 },
    { name: 'email', header: 'EMAIL', shrink: 2 },
    { name: 'login', header: 'LOGIN', shrink: 2 },
    { name: 'commits', header: 'COMMITS', align: 'right', omit: 3 },
    { name: 'additions', header: 'ADDED', align: 'right' },
    { name: 'deletions', header: 'DELETED', align: 'right' },
    { name: 'prsOpened', header: 'OPENED', align: 'right', omit: 4 },
    { name: 'prsMerged', header: 'MERGED', align: 'right' },
    { name: 'prsClosed', header: 'CLOSED', align: 'right' },
    {
      name: 'medianCycle',
      header: 'MEDIAN CYCLE',
      text: ({ medianCycle }) => duration(medianCycle),
      align: 'right',
      omit: 2,
    },
    { name: 'reviews', header: 'REVIEWS', align: 'right' },
    { name: 'prsReviewed', header: 'PRS REVIEWED', align: 'right', omit: 5 },
    { name: 'issuesOpened', header: 'ISSUES OPENED', align: 'right' },
    { name: 'issuesClosed', header: 'ISSUES CLOSED', align: 'right', omit: 1 },
    { name: 'id', header: 'ID' },
  ],
}
