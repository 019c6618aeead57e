import type { Preset } from './preset.js'

/** A database of Notion as CSV. Its columns are those that people made; these are the names that Notion proposes. */
export const notion: Preset = {
  name: 'notion',
  title: 'Notion',
  bugs: {
    externalId: ['ID', 'Task ID', 'Bug ID'],
    externalUrl: ['URL'],
    title: ['Name', 'Title', 'Task name', 'Task', 'Bug'],
    description: ['Description', 'Summary', 'Notes'],
    severity: ['Severity', 'Priority', 'Priority level'],
    status: ['Status'],
    assignee: ['Assign', 'Assignee', 'Assigned to', 'Person', 'Owner'],
    creator: ['Created by', 'Reporter', 'Reported by'],
    project: ['Project', 'Projects'],
    createdAt: ['Created time', 'Created'],
    updatedAt: ['Last edited time', 'Last edited'],
    resolvedAt: ['Completed on', 'Done on'],
    labels: ['Tags', 'Labels'],
    dueDate: ['Due', 'Due date', 'Deadline'],
    issueType: ['Type', 'Task type'],
  },
  distinctiveHeaders: ['Created time', 'Last edited time', 'Assign'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['High', 'Medium', 'Low'],
    status: ['Not started', 'In progress', 'Done', 'Archived'],
  },
  statuses: { pending: ['Not started'], deferred: ['Archived'] },
}
