import type { Preset } from './preset.js'

/** Pivotal Tracker's CSV of a project. Its estimates are points; accepted stories are finished. */
export const pivotal: Preset = {
  name: 'pivotal',
  title: 'Pivotal Tracker',
  bugs: {
    externalId: ['Id'],
    externalUrl: ['URL'],
    title: ['Title', 'Story', 'Name'],
    description: ['Description'],
    severity: ['Priority'],
    status: ['Current State'],
    assignee: ['Owned By'],
    creator: ['Requested By'],
    project: ['Project'],
    createdAt: ['Created at'],
    updatedAt: ['Updated at'],
    resolvedAt: ['Accepted at'],
    isBlocker: ['is_a_blocker'],
    labels: ['Labels'],
    dueDate: ['Deadline'],
    issueType: ['Type'],
  },
  severities: {
    critical: ['p0 - Critical'],
    high: ['p1 - High'],
    medium: ['p2 - Medium'],
    low: ['p3 - Low'],
  },
  statuses: { in_progress: ['finished'], pending: ['unstarted'], closed: ['Accepted'] },
  vocabulary: {
    severity: ['p0 - Critical', 'p1 - High', 'p2 - Medium', 'p3 - Low', 'none'],
    status: [
      'unscheduled',
      'unstarted',
      'planned',
      'started',
      'finished',
      'delivered',
      'accepted',
      'rejected',
    ],
  },
}
