import type { Bug } from '../data/bugs/bugs.js'
import { ageDays, isOpen, type BugSeverity, type BugStatus } from '../domain/bug.js'
import { urgency } from '../domain/priority.js'
import { slaState, type SlaState } from '../domain/sla.js'
import { empty, minuteIn, type Look, type RecordView } from '../output/field.js'
import type { ShownBug } from '../shapes/bug.js'
import type { Style } from '../output/style.js'
import { amount } from './amount.js'
import { personBrief } from './person.js'

/** How a bug is printed: every field once, for every format. */
export const bugView: RecordView<Bug> = {
  name: 'bug',
  plural: 'bugs',
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

/** One bug on its own: with the terms of its urgency and the SLA time used, as in `explain`, and its last changes. */
export const shownBugView: RecordView<ShownBug> = {
  ...bugView,
  shape: 'shownBug',
  fields: [
    ...bugView.fields.map((field) => {
      if (field.name === 'urgency') return { ...field, text: urgencyText }
      return field.name === 'sla' ? { ...field, text: slaUseText } : field
    }),
    {
      name: 'history',
      header: 'HISTORY',
      flat: ({ history }) =>
        history.map((change) => changeText(change, change.changedAt.toISOString())).join('; '),
      text: ({ history }, { zone }) =>
        history.map((change) => changeText(change, minuteIn(zone, change.changedAt))).join('\n'),
    },
  ],
  card: [...(bugView.card ?? []), 'history'],
}

/** `2026-03-02 09:00 ada: status pending → in_progress (seen again)` */
function changeText(
  { fieldChanged, oldName, newName, note, changedBy }: ShownBug['history'][number],
  when: string,
): string {
  const who = changedBy === null ? '' : ` ${personBrief(changedBy)}`
  if (fieldChanged === 'note') return `${when}${who}: ${note ?? ''}`
  // A description is too long for one line of many.
  const isLong = [oldName, newName].some((value) => (value?.length ?? 0) > longestShown)
  const change = isLong ? 'changed' : `${oldName ?? empty} → ${newName ?? empty}`
  return `${when}${who}: ${fieldChanged} ${change}${note === null ? '' : ` (${note})`}`
}

const longestShown = 60

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

const slaWords: Record<SlaState, string> = {
  on_track: 'on track',
  at_risk: 'at risk',
  breached: 'breached',
  paused: 'paused',
  met: 'met',
  missed: 'missed',
}

interface Clock {
  slaHours: number
  sla: Pick<Bug['sla'], 'state' | 'remainingSeconds'>
}

/** `breached, 1 h late: 5.0 h of 4 h used` */
export function slaUseText(clock: Clock, look: Look): string {
  const { slaHours, sla } = clock
  return `${slaText(clock, look)}: ${(slaHours - sla.remainingSeconds / 3600).toFixed(1)} h of ${slaHours} h used`
}

/** The state, and how long there is or how long it has been too late. */
function slaText({ sla }: Clock, { style }: Look): string {
  const word = slaWords[sla.state]
  const time = spanText(Math.abs(sla.remainingSeconds))
  switch (sla.state) {
    case 'on_track':
      return `${word}, ${time} left`
    case 'at_risk':
      return style.warn(`${word}, ${time} left`)
    case 'breached':
      return style.danger(sla.remainingSeconds < 0 ? `${word}, ${time} late` : word)
    case 'missed':
      return style.dim(word)
    default:
      return word
  }
}

const slaBriefWords: Record<SlaState, string> = {
  on_track: 'ok',
  at_risk: 'risk',
  breached: 'late',
  paused: 'paused',
  met: 'met',
  missed: 'missed',
}

/** `late 26h`: state and time in nine columns. */
function slaBrief({ sla }: Bug, { style }: Look): string {
  const word = slaBriefWords[sla.state]
  const timed = `${word} ${spanText(Math.abs(sla.remainingSeconds)).replace(' ', '')}`
  switch (sla.state) {
    case 'on_track':
      return timed
    case 'at_risk':
      return style.warn(timed)
    case 'breached':
      return style.danger(sla.remainingSeconds < 0 ? timed : word)
    case 'missed':
      return style.dim(word)
    default:
      return word
  }
}

/** Up to two days in hours, longer spans in days. */
function spanText(seconds: number): string {
  const hours = seconds / 3600
  if (hours < 1) return `${Math.floor(seconds / 60)} min`
  return hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`
}

function urgencyText(bug: Bug, { now }: Look): string {
  if (!isOpen(bug.status)) return '—'
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  const { score, sum, terms } = urgency({
    priorityScore: bug.priorityScore,
    usedRatio,
    ageDays: ageDays(bug, now),
  })
  return `${score} (${termsText({ ...terms, sum })})`
}

/** The terms with one decimal. They add up to the sum beside them: the largest takes what rounding left over. */
export function termsText(terms: { priority: number; sla: number; age: number; sum: number }): string {
  const tenths = {
    sum: Math.round(terms.sum * 10),
    sla: Math.round(terms.sla * 10),
    age: Math.round(terms.age * 10),
  }
  const text = (value: number) => (value / 10).toFixed(1)
  const priority = text(tenths.sum - tenths.sla - tenths.age)
  return `${text(tenths.sum)} = priority ${priority} + SLA ${text(tenths.sla)} + age ${text(tenths.age)}`
}
