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
  creationInKey: creationInCardId,
  vocabulary: { status: ['Backlog', 'To Do', 'Doing', 'In Progress', 'Review', 'Done'] },
}

/** The first 8 of the 24 hexadecimal digits are seconds since 1970. A time before Trello began, or after now, is of no card. */
function creationInCardId(id: string, now: Date): Date | null {
  if (!/^[0-9a-f]{24}$/i.test(id)) return null
  const date = new Date(parseInt(id.slice(0, 8), 16) * 1000)
  return date.getUTCFullYear() >= 2011 && date <= now ? date : null
}
