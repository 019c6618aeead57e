import type { Preset } from './preset.js'

/** A board of monday.com, whose columns people made; these are the names that its templates for bugs have. */
export const monday: Preset = {
  name: 'monday',
  title: 'monday',
  bugs: {
    externalId: ['Item ID', 'Item ID (auto generated)', 'Bug ID'],
    externalUrl: ['Link'],
    title: ['Name', 'Item', 'Bug'],
    description: ['Description', 'Text', 'Long text'],
    severity: ['Severity', 'Priority'],
    status: ['Status', 'Bug Status', 'Group'],
    assignee: ['Owner', 'Developer', 'Person', 'People', 'Assignee'],
    creator: ['Reporter', 'Created By'],
    project: ['Board', 'Project'],
    createdAt: ['Creation log', 'Creation Log', 'Created at', 'Date reported', 'Reported Date'],
    updatedAt: ['Last updated', 'Last Updated'],
    resolvedAt: ['Date resolved', 'Resolved Date', 'Completion date'],
    labels: ['Tags', 'Label'],
    dueDate: ['Due date', 'Date', 'Timeline - End'],
    fixVersion: ['Sprint', 'Version'],
    issueType: ['Type'],
  },
  statuses: {
    pending: ['Awaiting review', 'Ready for dev', 'Missing info', 'Waiting for review', 'Not Started'],
    in_progress: ['Working on it', 'Fixing', 'In Dev', 'Pending Deploy', 'Stuck'],
    closed: ['Known bug', 'Fixed'],
  },
  namesBeforeDates: true,
  distinctiveHeaders: ['Subitems', 'Creation log', 'Item ID (auto generated)'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['Critical', 'High', 'Medium', 'Low', 'Best Effort'],
    status: [
      'Working on it',
      'Done',
      'Stuck',
      'Not Started',
      'Awaiting review',
      'Ready for dev',
      'Fixing',
      'Fixed',
    ],
  },
}
