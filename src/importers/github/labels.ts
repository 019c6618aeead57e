import { severities, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import type { Answers } from '../validate/answers.js'
import { valueKey } from '../spelling.js'
import { commonSeverities, commonStatuses, translator } from '../validate/values.js'

/** What the labels of an issue say, each with the label that said it; null where none does. */
export interface Labelled {
  severity: readonly [label: string, severity: BugSeverity] | null
  status: readonly [label: string, status: BugStatus] | null
  isBlocker: boolean
}

/** `priority: high` has a scope and a word; `high priority` says the same in one. */
const scoped = /^\s*([^:/=]+?)\s*(?:::|[:/=])\s*(.+?)\s*$/
const severityScope = /prio|sev|level|importance|impact|urgency|^p$/i
const kindScope = /^(?:type|kind)$/i
const statusScope = /status|state|stage|workflow|progress/i
const severityWords = /\b(?:priority|prio|severity|sev)\b|^[\s@_-]+|[\s_-]+$/gi
const numbered = /^\s*(?:p|prio|priority)[\s:/=_-]*([0-5])\s*$/i
const numberedSeverity = /^\s*(?:s|sev|severity)[\s:/=_-]*([0-4])\s*$/i

/**
 * Which statuses count, the first of them most. A closed issue is closed, whatever was planned, unless a label says that
 * it was shipped; labels such as `duplicate` do not close an open one.
 */
const statusOrder = {
  open: ['deferred', 'verified', 'in_progress', 'pending'],
  closed: ['shipped'],
} as const satisfies Record<string, readonly BugStatus[]>

/** Reads labels by the words that trackers share, and by the user's own answers over them. */
export function labelReader(
  answers: Answers,
): (labels: readonly string[], state: 'open' | 'closed') => Labelled {
  const said = <Ours extends string>(field: string) => (answers.get(field) ?? new Map()) as Map<string, Ours>
  const severityOf = translator<BugSeverity>([commonSeverities], said('severity'))
  const statusOf = translator<BugStatus>([commonStatuses], said('status'))
  const ownSeverity = said<BugSeverity>('severity')
  const ownStatus = said<BugStatus>('status')

  const readSeverity = (label: string): BugSeverity | undefined => {
    const own = ownSeverity.get(valueKey(label))
    if (own !== undefined) return own
    const level = numbered.exec(label)?.[1]
    if (level !== undefined) return severityOf(`P${level}`)
    const grade = numberedSeverity.exec(label)?.[1]
    if (grade !== undefined) return severityOf(Number(grade) === 0 ? 'sev-0' : `S${grade}`)
    const [, scope, word] = scoped.exec(label) ?? []
    if (scope === undefined || word === undefined) return severityOf(label.replace(severityWords, ''))
    if (kindScope.test(scope)) return valueKey(word) === 'enhancement' ? severityOf(word) : undefined
    return severityScope.test(scope) ? severityOf(word) : undefined
  }
  const readStatus = (label: string): BugStatus | undefined => {
    const own = ownStatus.get(valueKey(label))
    if (own !== undefined) return own
    const [, scope, word] = scoped.exec(label) ?? []
    if (scope === undefined || word === undefined) return statusOf(label)
    return statusScope.test(scope) ? statusOf(word) : undefined
  }
  return (labels, state) => ({
    severity: best(labels, readSeverity, severities),
    status: best<BugStatus>(labels, readStatus, statusOrder[state]),
    isBlocker: labels.some((label) => valueKey(label).endsWith('blocker')),
  })
}

/** Of what the labels say the one that comes first in an order. */
function best<Ours extends string>(
  labels: readonly string[],
  read: (label: string) => Ours | undefined,
  order: readonly Ours[],
): readonly [string, Ours] | null {
  const found = labels.flatMap((label) => {
    const ours = read(label)
    return ours === undefined || !order.includes(ours) ? [] : [[label, ours] as const]
  })
  return found.sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b))[0] ?? null
}
