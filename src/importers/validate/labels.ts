import { severities, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import { valueKey } from '../spelling.js'
import { commonSeverities, commonStatuses, translator } from './values.js'

/* What labels say of a bug: `severity::1`, `priority: high`, `P1`, `in progress`. */

const numbered: Readonly<Record<BugSeverity, readonly string[]>> = {
  critical: ['0', '1'],
  high: ['2'],
  medium: ['3'],
  low: ['4', '5'],
}

/** Behind a prefix any word of a severity is one; `error` alone can be the name of a component. */
const scoped = translator<BugSeverity>([commonSeverities, numbered, { high: ['Major'] }], new Map())
const bare = translator<BugSeverity>(
  [
    {
      critical: ['Critical', 'Blocker', 'Urgent', 'P0', 'P1', 'S1', 'sev-0', 'sev-1'],
      high: ['High', 'P2', 'S2', 'sev-2', 'Major'],
      medium: ['P3', 'S3', 'Medium'],
      low: ['Low', 'P4', 'P5', 'S4', 'Minor', 'Trivial', 'enhancement'],
    },
  ],
  new Map(),
)
const statusOf = translator<BugStatus>([commonStatuses], new Map())

const prefix = /^(?:severity|sev|priority|prio|pri|level|impact)\s*[:/=-]+\s*/i
const statusPrefix = /^(?:status|state|workflow|stage)\s*[:/=-]+\s*/i

/** `bug,"priority: high"`, `["bug"]`, `bug|p1` → each label. */
export function labelsIn(cells: readonly string[]): string[] {
  return cells
    .flatMap((cell) => cell.replace(/^\[(.*)\]$/s, '$1').split(/[,;|]/))
    .map((label) => label.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((label) => label !== '')
}

/** The worst that any of them says, and the label that says it; null where none does. */
export function severityInLabels(labels: readonly string[]): { severity: BugSeverity; label: string } | null {
  const found = labels.flatMap((label) => {
    const severity = prefix.test(label) ? scoped(label.replace(prefix, '')) : bare(label)
    return severity === undefined ? [] : [{ severity, label }]
  })
  return severities.flatMap((worst) => found.filter(({ severity }) => severity === worst))[0] ?? null
}

/** What a label says of a bug that is open: under way, verified or put off. */
export function statusInLabels(labels: readonly string[]): { status: BugStatus; label: string } | null {
  const telling: readonly BugStatus[] = ['in_progress', 'verified', 'deferred']
  const found = labels.flatMap((label) => {
    const status = statusOf(label.replace(statusPrefix, ''))
    return status !== undefined && telling.includes(status) ? [{ status, label }] : []
  })
  return found[0] ?? null
}

export function isBlockerLabel(label: string): boolean {
  return valueKey(label.replace(prefix, '')) === 'blocker'
}
