import type { Preset } from './preset.js'

/** Monorail's CSV of issues, as Chromium used it. Times are in seconds since 1970, beside readable ones. */
export const monorail: Preset = {
  name: 'monorail',
  title: 'Monorail',
  bugs: {
    externalId: ['ID'],
    title: ['Summary'],
    description: ['Description'],
    severity: ['Severity', 'Pri', 'Priority'],
    status: ['Status'],
    assignee: ['Owner'],
    creator: ['Reporter'],
    project: ['Project', 'Component'],
    createdAt: ['OpenedTimestamp', 'Opened'],
    updatedAt: ['ModifiedTimestamp', 'Modified'],
    resolvedAt: ['ClosedTimestamp', 'Closed'],
    labels: ['AllLabels'],
    fixVersion: ['Milestone'],
    issueType: ['Type'],
  },
  severities: { critical: ['0', '1'], high: ['2'], medium: ['3'], low: ['4'] },
  statuses: {
    pending: ['Available', 'ExternalDependency'],
    in_progress: ['Accepted', 'FixPending'],
    closed: ['Fixed', 'WontFix', 'Moved'],
  },
  vocabulary: {
    severity: ['0', '1', '2', '3', '4'],
    status: [
      'Unconfirmed',
      'Untriaged',
      'Available',
      'Assigned',
      'Started',
      'ExternalDependency',
      'Fixed',
      'Verified',
      'Duplicate',
      'WontFix',
      'Archived',
    ],
  },
}
