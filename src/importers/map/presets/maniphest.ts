import type { Preset } from './preset.js'

/** Tasks exported from Maniphest, of Phabricator and Phorge: `T123`, with priorities from Unbreak Now! to Wishlist. */
export const maniphest: Preset = {
  name: 'maniphest',
  title: 'Maniphest',
  bugs: {
    externalId: ['Monogram', 'Task ID', 'Task', 'ID'],
    externalUid: ['PHID'],
    externalUrl: ['URI'],
    title: ['Title'],
    description: ['Description'],
    severity: ['Priority Name', 'Priority'],
    status: ['Status Name', 'Status'],
    assignee: ['Owner', 'Assigned To'],
    creator: ['Author'],
    project: ['Project', 'Projects', 'Space Name'],
    createdAt: ['Created', 'Date Created'],
    updatedAt: ['Modified', 'Date Modified', 'Date Updated'],
    resolvedAt: ['Date Closed'],
    labels: ['Tags'],
    issueType: ['Subtype'],
  },
  severities: {
    critical: ['Unbreak Now!', '100'],
    high: ['High', '80'],
    medium: ['Needs Triage', 'Triage', 'Normal', '90', '50'],
    low: ['Low', 'Lowest', 'Wishlist', '25', '10', '0'],
  },
  statuses: { deferred: ['Stalled'], closed: ['Invalid', 'Spite'], in_progress: ['In Progress', 'Progress'] },
  formulaGuard: '(!) ',
  distinctiveHeaders: ['Monogram', 'PHID'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['Unbreak Now!', 'Needs Triage', 'High', 'Normal', 'Low', 'Lowest', 'Wishlist'],
    status: ['Open', 'Stalled', 'Resolved', 'Wontfix', 'Invalid', 'Duplicate', 'Declined'],
  },
}
