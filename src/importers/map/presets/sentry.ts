import type { Preset } from './preset.js'

/** Sentry's CSV of issues. Ignored and archived issues are deferred, not closed. */
export const sentry: Preset = {
  name: 'sentry',
  title: 'Sentry',
  bugs: {
    externalId: ['Issue ID', 'Short ID', 'id'],
    externalUrl: ['Permalink', 'Link', 'URL'],
    title: ['Title', 'Error'],
    description: ['Culprit', 'Message'],
    severity: ['Level', 'Priority'],
    status: ['Status'],
    assignee: ['Assigned To', 'Assignee', 'Assigned'],
    project: ['Project'],
    createdAt: ['First Seen'],
    updatedAt: ['Last Seen'],
    resolvedAt: ['Resolved At'],
  },
  statuses: { pending: ['unresolved'] },
  vocabulary: {
    severity: ['fatal', 'error', 'warning', 'info', 'debug'],
    status: ['unresolved', 'resolved', 'ignored', 'archived'],
  },
}
