import type { Preset } from './preset.js'

/** MantisBT's CSV of issues. Severity is how bad it is, priority how soon; feature, text and tweak are severities too. */
export const mantis: Preset = {
  name: 'mantis',
  title: 'Mantis',
  bugs: {
    externalId: ['Id', 'ID'],
    title: ['Summary'],
    description: ['Description'],
    severity: ['Severity', 'Priority'],
    status: ['Status'],
    resolution: ['Resolution'],
    assignee: ['Assigned To'],
    creator: ['Reporter'],
    project: ['Project'],
    createdAt: ['Date Submitted'],
    updatedAt: ['Updated', 'Last Update'],
    labels: ['Tags', 'Category'],
    dueDate: ['Due Date'],
    fixVersion: ['Fixed in Version', 'Target Version'],
  },
  severities: {
    critical: ['crash', 'block', 'immediate'],
    high: ['major', 'urgent'],
    low: ['minor', 'tweak', 'text', 'trivial', 'feature'],
  },
  statuses: {
    pending: ['feedback', 'acknowledged', 'confirmed'],
    in_progress: ['assigned'],
    closed: ['unable to reproduce', 'not fixable', 'no change required', 'suspended'],
  },
  answersForResolutions: true,
  severityTellsBlocker: true,
  distinctiveHeaders: ['Date Submitted', 'View Status', 'Reproducibility'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['feature', 'trivial', 'text', 'tweak', 'minor', 'major', 'crash', 'block'],
    status: ['new', 'feedback', 'acknowledged', 'confirmed', 'assigned', 'resolved', 'closed'],
    resolution: [
      'open',
      'fixed',
      'reopened',
      'unable to reproduce',
      'not fixable',
      'duplicate',
      'no change required',
      'suspended',
      "won't fix",
    ],
  },
}
