import type { Preset } from './preset.js'

/** Linear's workspace and view exports. Its estimates are points, not hours. */
export const linear: Preset = {
  name: 'linear',
  title: 'Linear',
  bugs: {
    externalId: ['ID', 'Identifier'],
    externalUrl: ['URL'],
    title: ['Title'],
    description: ['Description', 'Issue description'],
    severity: ['Priority'],
    status: ['Status'],
    assignee: ['Assignee'],
    creator: ['Creator'],
    project: ['Project', 'Team'],
    createdAt: ['Created'],
    updatedAt: ['Updated'],
    resolvedAt: ['Completed', 'Canceled'],
    labels: ['Labels'],
    dueDate: ['Due Date'],
    fixVersion: ['Project Milestone'],
    archived: ['Archived', 'Archived At'],
  },
  formulaGuard: "'",
  vocabulary: {
    severity: ['No priority', 'none', 'Urgent', 'High', 'Medium', 'Low'],
    status: ['Triage', 'Backlog', 'Todo', 'In Progress', 'In Review', 'Done', 'Canceled', 'Duplicate'],
  },
}
