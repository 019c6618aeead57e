import type { Bug } from '../data/bugs/bugs.js'
import type { BugSeverity, BugStatus } from '../domain/bug.js'
import type { RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import { amount } from './amount.js'
import { personBrief } from './person.js'
import { slaBrief, slaText } from './sla.js'

/** How a bug is printed: every field once, for every format. */
export const bugView: RecordView<Bug> = {
  name: 'bug',
  plural: 'bugs',
  none: {
    reason: 'status open 0',
    text: 'No open bugs. --status all lists closed ones; import some: cto import csv FILE --type bugs',
  },
  shape: 'bug',
  id: (bug) => bug.bugNumber,
  defaults: ['bugNumber', 'severity', 'status', 'priorityScore', 'sla', 'assignedTo', 'project', 'title'],
  fields: [
    { name: 'bugNumber', header: 'BUG' },
    {
      name: 'severity',
      header: 'SEVERITY',
      text: (bug, { style }) => severityStyle[bug.severity](style)(bug.severity),
      brief: (bug, { style }) => severityStyle[bug.severity](style)(briefSeverities[bug.severity]),
      briefHeader: 'SEV',
    },
    {
      name: 'status',
      header: 'STATUS',
      brief: ({ status }) => briefStatuses[status],
      briefHeader: 'STAT',
      omit: 4,
    },
    {
      name: 'priorityScore',
      header: 'PRIO',
      brief: ({ priorityScore }) => String(priorityScore),
      briefHeader: 'PR',
      align: 'right',
      omit: 1,
    },
    { name: 'sla', header: 'SLA', flat: (bug) => bug.sla.state, text: slaText, brief: slaBrief, omit: 5 },
    {
      name: 'assignedTo',
      header: 'ASSIGNEE',
      flat: (bug) => bug.assignedTo?.email ?? null,
      brief: ({ assignedTo }) => personBrief(assignedTo),
      briefHeader: 'WHO',
      shrink: 2,
      least: 6,
      omit: 3,
    },
    {
      name: 'project',
      header: 'PROJECT',
      flat: (bug) => bug.project?.name ?? null,
      shrink: 3,
      least: 7,
      omit: 2,
    },
    { name: 'title', header: 'TITLE', shrink: 1, least: 30 },
    { name: 'urgency', header: 'URGENCY', align: 'right', omit: 6 },
    { name: 'isBlocker', header: 'BLOCKER' },
    { name: 'description', header: 'DESCRIPTION', shrink: 0 },
    { name: 'createdBy', header: 'CREATED BY', flat: (bug) => bug.createdBy?.email ?? null, shrink: 2 },
    { name: 'businessImpact', header: 'BUSINESS IMPACT', shrink: 1 },
    {
      name: 'revenueImpact',
      header: 'REVENUE/DAY',
      text: ({ revenueImpact }) => amount(revenueImpact),
      align: 'right',
    },
    { name: 'estimatedHours', header: 'ESTIMATE H', align: 'right' },
    { name: 'actualHours', header: 'ACTUAL H', align: 'right' },
    { name: 'slaHours', header: 'SLA H', align: 'right' },
    { name: 'slaDueAt', header: 'SLA DUE' },
    { name: 'slaStoppedAt', header: 'SLA STOPPED' },
    { name: 'slaBreachedAt', header: 'SLA BREACHED' },
    { name: 'priorityPinned', header: 'PINNED' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'updatedAt', header: 'UPDATED' },
    { name: 'resolvedAt', header: 'RESOLVED' },
    { name: 'externalSource', header: 'SOURCE' },
    { name: 'externalId', header: 'KEY' },
    { name: 'externalUrl', header: 'URL', shrink: 2 },
    { name: 'externalUid', header: 'SOURCE ID' },
    { name: 'externalAliases', header: 'FORMER KEYS' },
    { name: 'labels', header: 'LABELS', shrink: 2 },
    {
      name: 'duplicateOf',
      header: 'DUPLICATE OF',
      flat: ({ duplicateOf }) => duplicateOf?.bugNumber ?? null,
    },
    { name: 'duplicates', header: 'DUPLICATES', shrink: 2 },
    { name: 'links', header: 'LINKS', flat: linksText, shrink: 2 },
    { name: 'id', header: 'ID' },
    { name: 'assignedToId', header: 'ASSIGNEE ID' },
    { name: 'createdById', header: 'CREATOR ID' },
    { name: 'projectId', header: 'PROJECT ID' },
    { name: 'duplicateOfId', header: 'DUPLICATE OF ID' },
    { name: 'duplicateOf.id', header: 'DUPLICATE OF ID' },
    { name: 'duplicateOf.bugNumber', header: 'DUPLICATE OF' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'assignedTo.id', header: 'ASSIGNEE ID' },
    { name: 'assignedTo.email', header: 'ASSIGNEE', shrink: 2 },
    { name: 'assignedTo.name', header: 'ASSIGNEE NAME', shrink: 2 },
    { name: 'createdBy.id', header: 'CREATOR ID' },
    { name: 'createdBy.email', header: 'CREATED BY', shrink: 2 },
    { name: 'createdBy.name', header: 'CREATOR NAME', shrink: 2 },
    { name: 'project.id', header: 'PROJECT ID' },
    { name: 'project.name', header: 'PROJECT', shrink: 3 },
    { name: 'sla.state', header: 'SLA' },
    { name: 'sla.usedRatio', header: 'SLA USED', align: 'right' },
    { name: 'sla.remainingSeconds', header: 'SLA LEFT S', align: 'right' },
  ],
  card: [
    'bugNumber',
    'title',
    'severity',
    'status',
    'priorityScore',
    'urgency',
    'sla',
    'slaDueAt',
    'assignedTo',
    'createdBy',
    'project',
    'labels',
    'isBlocker',
    'duplicateOf',
    'duplicates',
    'revenueImpact',
    'businessImpact',
    'estimatedHours',
    'actualHours',
    'createdAt',
    'updatedAt',
    'resolvedAt',
    'externalSource',
    'externalId',
    'externalAliases',
    'externalUrl',
    'links',
    'description',
  ],
}

/** `Runbook https://wiki.example.com/x`, one beside the other. */
function linksText({ links }: Bug): string {
  return links.map(({ url, title }) => (title === null ? url : `${title} ${url}`)).join(', ')
}

const severityStyle: Record<BugSeverity, (style: Style) => (text: string) => string> = {
  critical: (style) => (text) => style.danger(text),
  high: (style) => (text) => style.warn(text),
  medium: () => (text) => text,
  low: (style) => (text) => style.dim(text),
}

const briefSeverities: Record<BugSeverity, string> = {
  critical: 'crit',
  high: 'high',
  medium: 'med',
  low: 'low',
}

const briefStatuses: Record<BugStatus, string> = {
  pending: 'pend',
  in_progress: 'prog',
  verified: 'verif',
  shipped: 'ship',
  closed: 'close',
  deferred: 'defer',
}
