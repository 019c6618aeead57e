/** What people call a field: `assignee` for `assignedToId`, `revenue impact` for `revenueImpact`. */
export function fieldLabel(name: string): string {
  return (
    labels[name] ??
    name
      .replace(/Id$/, '')
      .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      .replace(/\b(?:sla|url|arr|roi|dcf|mrr|tam|sam)\b/g, (word) => word.toUpperCase())
  )
}

const labels: Record<string, string | undefined> = {
  assignedToId: 'assignee',
  createdById: 'reporter',
  isActive: 'active',
  isBlocker: 'blocker',
  externalId: 'key',
  githubUrl: 'GitHub URL',
}
