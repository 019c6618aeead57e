/** What people call a field of a bug: `assignee` for `assignedToId`, `revenue impact` for `revenueImpact`. */
export function fieldLabel(name: string): string {
  return labels[name] ?? name.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

const labels: Record<string, string | undefined> = {
  assignedToId: 'assignee',
  createdById: 'reporter',
  isBlocker: 'blocker',
  externalId: 'key',
  slaHours: 'SLA hours',
}
