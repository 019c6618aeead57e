import type { Preset } from './preset.js'

/** Azure Boards' CSV of a query. Work is in hours; Resolved still has to be verified. */
export const azure: Preset = {
  name: 'azure',
  title: 'Azure DevOps',
  bugs: {
    externalId: ['ID', 'Work Item ID'],
    externalUrl: ['URL'],
    title: ['Title', 'Title 1', 'Title 2', 'Title 3'],
    description: ['Repro Steps', 'Description'],
    severity: ['Severity', 'Priority'],
    status: ['State'],
    resolution: ['Resolved Reason'],
    assignee: ['Assigned To'],
    creator: ['Created By'],
    project: ['Team Project', 'Area Path'],
    createdAt: ['Created Date'],
    updatedAt: ['Changed Date', 'State Change Date'],
    resolvedAt: ['Closed Date', 'Resolved Date'],
    estimatedHours: ['Original Estimate'],
    actualHours: ['Completed Work'],
    labels: ['Tags'],
    dueDate: ['Due Date', 'Target Date'],
    issueType: ['Work Item Type'],
  },
  severities: { critical: ['1'], high: ['2'], medium: ['3'], low: ['4'] },
  statuses: { in_progress: ['Resolved'], closed: ['Removed'] },
  vocabulary: {
    severity: ['1 - Critical', '2 - High', '3 - Medium', '4 - Low', '1', '2', '3', '4'],
    status: ['New', 'Proposed', 'Approved', 'Committed', 'Active', 'Resolved', 'Closed', 'Done', 'Removed'],
  },
}
