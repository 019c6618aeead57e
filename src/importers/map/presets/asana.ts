import type { Preset } from './preset.js'

/**
 * Asana's CSV of a project. Its time tracking counts whole minutes and shows them as 1:30
 * (https://developers.asana.com/reference/time-tracking-entries), so a plain number is taken as minutes, though its
 * CSV is not documented. A section serves as a status; a task with a completion date is closed in any section.
 */
export const asana: Preset = {
  name: 'asana',
  title: 'Asana',
  bugs: {
    externalId: ['Task ID'],
    title: ['Name', 'Task Name'],
    description: ['Notes'],
    severity: ['Severity', 'Priority'],
    status: ['Status', 'Section/Column', 'Section'],
    assignee: ['Assignee Email', 'Assignee'],
    project: ['Projects', 'Project'],
    createdAt: ['Created At'],
    updatedAt: ['Last Modified'],
    resolvedAt: ['Completed At'],
    estimatedHours: ['Estimated time'],
    actualHours: ['Actual time'],
    labels: ['Tags'],
    dueDate: ['Due Date'],
  },
  resolvedWhenDated: true,
  hours: 'minutes',
  distinctiveHeaders: ['Task ID'],
  // Asana's own sections, for tasks that no user has placed.
  statuses: { pending: ['Untitled section', 'Recently assigned', '(no section)'] },
  vocabulary: { severity: ['High', 'Medium', 'Low'], status: ['To do', 'Doing', 'Done'] },
}
