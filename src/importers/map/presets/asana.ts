import type { Preset } from './preset.js'

/**
 * Asana's CSV of a project. Its time tracking counts whole minutes and shows them as 1:30
 * (https://developers.asana.com/reference/time-tracking-entries), so a plain number is minutes, though nobody says what
 * its CSV holds. A section is as good as a status; what is completed has a date, wherever it stands.
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
  },
  resolvedWhenDated: true,
  hours: 'minutes',
  tellingHeaders: ['Task ID'],
  vocabulary: { severity: ['High', 'Medium', 'Low'], status: ['To do', 'Doing', 'Done'] },
}
