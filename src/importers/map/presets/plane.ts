import type { Preset } from './preset.js'

/** Plane's CSV of work items. Its estimates are points; what is completed has a date, whatever its state is called. */
export const plane: Preset = {
  name: 'plane',
  title: 'Plane',
  bugs: {
    externalId: ['Identifier', 'ID'],
    title: ['Name'],
    description: ['Description'],
    severity: ['Priority'],
    status: ['State Name', 'State'],
    assignee: ['Assignees', 'Assignee'],
    creator: ['Created By Name', 'Created By'],
    project: ['Project Name', 'Project'],
    createdAt: ['Created At'],
    updatedAt: ['Updated At'],
    resolvedAt: ['Completed At'],
    labels: ['Labels'],
    dueDate: ['Target Date'],
    archived: ['Archived At'],
  },
  resolvedWhenDated: true,
  distinctiveHeaders: ['Project Identifier', 'Sequence Id', 'Cycle Name', 'Module Name'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['urgent', 'high', 'medium', 'low', 'none'],
    status: ['Backlog', 'Todo', 'In Progress', 'Done', 'Cancelled'],
  },
}
