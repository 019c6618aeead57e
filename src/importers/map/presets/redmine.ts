import type { Preset } from './preset.js'

/** Redmine's CSV of issues. Times are in hours. */
export const redmine: Preset = {
  name: 'redmine',
  title: 'Redmine',
  bugs: {
    externalId: ['#', 'Id'],
    title: ['Subject'],
    description: ['Description'],
    severity: ['Severity', 'Priority'],
    status: ['Status'],
    assignee: ['Assignee'],
    creator: ['Author'],
    project: ['Project'],
    createdAt: ['Created'],
    updatedAt: ['Updated'],
    resolvedAt: ['Closed'],
    estimatedHours: ['Estimated time'],
    actualHours: ['Spent time', 'Total spent time'],
    labels: ['Category', 'Tags'],
    dueDate: ['Due date'],
    fixVersion: ['Target version'],
    issueType: ['Tracker'],
  },
  statuses: { pending: ['Feedback'] },
  vocabulary: {
    severity: ['Low', 'Normal', 'High', 'Urgent', 'Immediate'],
    status: ['New', 'In Progress', 'Resolved', 'Feedback', 'Closed', 'Rejected'],
  },
}
