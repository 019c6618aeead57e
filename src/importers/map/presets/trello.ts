import type { Preset } from './preset.js'

/** Trello's CSV of a board, one row per card. The list of a card is its status. */
export const trello: Preset = {
  name: 'trello',
  title: 'Trello',
  bugs: {
    externalId: ['Card ID', 'Card #'],
    externalUrl: ['Card URL'],
    title: ['Card Name'],
    description: ['Card Description'],
    severity: ['Priority'],
    status: ['List Name', 'List'],
    assignee: ['Members', 'Member'],
    project: ['Board Name', 'Board'],
    createdAt: ['Card Creation Date', 'Created Date'],
    updatedAt: ['Last Activity Date', 'Last Activity'],
    resolvedAt: ['Completed Date'],
    labels: ['Labels'],
    dueDate: ['Due Date'],
    archived: ['Archived'],
  },
  labelsSay: ['severity'],
  vocabulary: { status: ['Backlog', 'To Do', 'Doing', 'In Progress', 'Review', 'Done'] },
}
