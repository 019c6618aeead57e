import type { Preset } from './preset.js'

/** Shortcut's CSV of stories. Its estimates are points; its times are local, their offset is in a column of its own. */
export const shortcut: Preset = {
  name: 'shortcut',
  title: 'Shortcut',
  bugs: {
    externalId: ['id'],
    externalUrl: ['app_url', 'url'],
    title: ['name'],
    description: ['description'],
    severity: ['severity', 'priority'],
    status: ['state'],
    assignee: ['owners'],
    creator: ['requester'],
    project: ['project', 'team', 'epic'],
    createdAt: ['created_at'],
    updatedAt: ['updated_at'],
    resolvedAt: ['completed_at'],
    utcOffset: ['utc_offset'],
    isBlocker: ['is_a_blocker'],
    labels: ['labels'],
    dueDate: ['due_date'],
    issueType: ['type'],
    archived: ['is_archived', 'archived'],
  },
  severities: {
    critical: ['Severity 0', 'Severity 1'],
    high: ['Severity 2'],
    medium: ['Severity 3'],
    low: ['Severity 4'],
  },
  statuses: {
    pending: ['Unstarted', 'Ready for Development'],
    in_progress: ['In Development', 'Ready for Review'],
    verified: ['Ready for Deploy'],
  },
  vocabulary: {
    status: [
      'Unscheduled',
      'Ready for Development',
      'In Development',
      'Ready for Review',
      'Ready for Deploy',
      'Completed',
    ],
  },
}
