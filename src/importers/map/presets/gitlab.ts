import type { Preset } from './preset.js'

/** GitLab's CSV of issues. Times are in seconds; severity is a scoped label. */
export const gitlab: Preset = {
  name: 'gitlab',
  title: 'GitLab',
  bugs: {
    externalId: ['URL', 'Issue ID'],
    externalUrl: ['URL'],
    title: ['Title'],
    description: ['Description'],
    severity: ['Severity'],
    status: ['State'],
    assignee: ['Assignee Username', 'Assignee'],
    creator: ['Author Username', 'Author'],
    project: ['Project'],
    createdAt: ['Created At (UTC)', 'Created At'],
    updatedAt: ['Updated At (UTC)', 'Updated At'],
    resolvedAt: ['Closed At (UTC)', 'Closed At'],
    estimatedHours: ['Time Estimate'],
    actualHours: ['Time Spent'],
    labels: ['Labels'],
    dueDate: ['Due Date'],
    fixVersion: ['Milestone'],
    issueType: ['Type'],
  },
  hours: 'seconds',
  formulaGuard: "'",
  labelsSay: ['severity'],
  vocabulary: { status: ['Open', 'Closed', 'opened', 'closed'] },
}
