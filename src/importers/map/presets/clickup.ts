import type { Preset } from './preset.js'

/** ClickUp's CSV of tasks. Its times are in milliseconds, its dates in milliseconds since 1970 beside the readable ones. */
export const clickup: Preset = {
  name: 'clickup',
  title: 'ClickUp',
  bugs: {
    externalId: ['Task Custom ID', 'Task ID'],
    externalUid: ['Task ID'],
    title: ['Task Name'],
    description: ['Task Content'],
    severity: ['Priority'],
    status: ['Status'],
    assignee: ['Assignees', 'Assignee'],
    creator: ['Creator', 'Created By'],
    project: ['Space Name', 'Folder Name/Path', 'List Name'],
    createdAt: ['Date Created'],
    updatedAt: ['Date Updated'],
    resolvedAt: ['Date Closed', 'Date Done'],
    estimatedHours: ['Time Estimated'],
    actualHours: ['Time Spent'],
    labels: ['Tags'],
    dueDate: ['Due Date Text', 'Due Date'],
    issueType: ['Task Type'],
  },
  severities: { critical: ['1'], high: ['2'], medium: ['3'], low: ['4'] },
  statuses: { closed: ['Complete'] },
  hours: 'milliseconds',
  distinctiveHeaders: ['Task Content', 'Task Custom ID', 'Date Created Text'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['1', '2', '3', '4', 'null'],
    status: ['to do', 'in progress', 'complete', 'Open', 'Closed'],
  },
}
