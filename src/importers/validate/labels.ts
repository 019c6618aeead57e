import { severities, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import { detached, isAbsent, valueKey } from '../spelling.js'
import { namesInJson } from './json-cells.js'
import { translator } from './translator.js'
import { commonSeverities, commonStatuses } from './words.js'

/* Reads severity and status from labels: `severity::1`, `priority: high`, `P1`, `in progress`. One table for all sources. */

/** The values from the labels of a bug, each with its label; null if no label sets it. */
export interface Labelled {
  severity: readonly [label: string, severity: BugSeverity] | null
  /** By state of the issue. */
  status: Readonly<Record<'open' | 'closed', readonly [label: string, status: BugStatus] | null>>
  isBlocker: boolean
  /** The first label with a severity scope and an unknown word, if no other label sets the severity. */
  unknownSeverity: string | null
}

/**
 * The statuses that labels can set, in order of precedence. A closed issue stays closed, unless a label means shipped;
 * labels such as `duplicate` do not close an open one.
 */
const statusOrder = {
  open: ['deferred', 'verified', 'in_progress', 'pending'],
  closed: ['shipped'],
} as const satisfies Record<string, readonly BugStatus[]>

/** Reads labels with words that trackers share; the user's answers override them. */
export function labelReader(answers: {
  severity: ReadonlyMap<string, BugSeverity>
  status: ReadonlyMap<string, BugStatus>
}): (labels: readonly string[]) => Labelled {
  const known = new Map<string, LabelMeaning>()
  const meaningOf = (label: string): LabelMeaning => {
    const meaning = known.get(label) ?? readLabel(label)
    // A source usually has few labels; the limit bounds memory for one with very many.
    if (known.size < 10_000 && !known.has(label)) known.set(detached(label), meaning)
    return meaning
  }
  return (labels) => {
    const meanings = labels.map((label) => {
      const { severity, status, ...meaning } = meaningOf(label)
      const key = valueKey(label)
      return {
        label,
        ...meaning,
        severity: answers.severity.get(key) ?? severity,
        status: answers.status.get(key) ?? status,
      }
    })
    const severity = first(
      meanings.map(({ label, severity }) => [label, severity] as const),
      severities,
    )
    const statuses = meanings.map(({ label, status }) => [label, status] as const)
    const unknown = meanings.find(({ severity, hasSeverityScope }) => hasSeverityScope && severity === null)
    return {
      severity,
      status: {
        open: first<BugStatus>(statuses, statusOrder.open),
        closed: first<BugStatus>(statuses, statusOrder.closed),
      },
      isBlocker: meanings.some(({ isBlocker }) => isBlocker),
      unknownSeverity: severity === null ? (unknown?.label ?? null) : null,
    }
  }
}

/** Splits `bug,"priority: high"`, `["bug"]`, `[{"name":"bug"}]` or `bug|p1` into labels. */
export function labelsIn(cells: readonly string[]): string[] {
  return cells
    .flatMap((cell) => namesInJson(cell) ?? cell.replace(/^\[([^[\]]*)\]$/s, '$1').split(/[,;|\n]/))
    .map((label) => label.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((label) => label !== '')
}

interface LabelMeaning {
  severity: BugSeverity | null
  status: BugStatus | null
  isBlocker: boolean
  /** Whether it has a severity scope, with a known word or not. */
  hasSeverityScope: boolean
}

function readLabel(label: string): LabelMeaning {
  const text = plain(label)
  const isBlocker = isBlockerLabel(text)
  const [, level, grade] = numbered.exec(text) ?? []
  const number = level ?? grade
  if (number !== undefined) {
    const severity = scopedSeverity(number) ?? null
    return { severity, status: null, isBlocker, hasSeverityScope: true }
  }
  const [, scope, word] = scopedLabel.exec(text) ?? shortScope.exec(text) ?? []
  if (scope === undefined || word === undefined) {
    return {
      severity: bare(text) ?? null,
      status: statusWord(text) ?? null,
      isBlocker,
      hasSeverityScope: false,
    }
  }
  const isSeverity = severityScope.test(scope)
  return {
    severity: (isSeverity ? scopedWords(word) : kindScope.test(scope) ? bare(word) : null) ?? null,
    status: (statusScope.test(scope) ? statusWord(word) : null) ?? null,
    isBlocker,
    hasSeverityScope: isSeverity && !/^s$/i.test(scope) && !isAbsent(word),
  }
}

/** The colour that Trello writes after the name: `High (orange)`, `High (red_dark)`. */
const colour = /\s+\((?:green|yellow|orange|red|purple|blue|sky|lime|pink|black)(?:_(?:light|dark))?\)$/i

/** Strips symbols (`🔥 critical`, `@low`) and colours, and turns `[Priority] High` into a scope and its word. */
function plain(label: string): string {
  return label
    .trim()
    .replace(colour, '')
    .replace(/^\[([^\]]+)\]\s*(?=\S)/, '$1: ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
}

/** `priority: high` has a scope and a word, as has `P-high` for the short scopes listed. */
const scopedLabel = /^([^:/=]+?)\s*(?:::|[:/=])\s*(.+)$/
const shortScope = /^(p|s|pri|prio|priority|sev|severity|criticality|urgency)[._-]+(.+)$/i
const severityScope = /\b(?:p|s|pri|prio|priority|sev|severity|level|importance|impact|urgency|criticality)$/i
const kindScope = /^(?:type|kind|bug|issue)$/i
const statusScope = /\b(?:status|state|stage|workflow|progress)$/i
/** `P1`, `Pri1`, `sev-2`, `severity::3`, and `P1: urgent`, but not `s3: uploads`. */
const numbered =
  /^(?:(?:p|pri|prio|priority|sev|severity)[\s:/=._-]*([0-5])(?:\s*[:–—]\s*.*)?|s[\s:/=_-]*([0-4]))$/i

const grades: Readonly<Record<BugSeverity, readonly string[]>> = {
  critical: ['0', '1'],
  high: ['2'],
  medium: ['3'],
  low: ['4', '5'],
}

/** After a scope any severity word counts; alone, `error` or `info` can be the name of a component. */
const scopedSeverity = translator<BugSeverity>([commonSeverities, grades, { high: ['Major'] }], new Map())
const bareSeverity = translator<BugSeverity>(
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
const statusWord = translator<BugStatus>([commonStatuses], new Map())

const fillers = /^(?:priority|prio|severity|sev|bug|issue)$/i

/** `high-priority`, `critical bug`, `critical p0`: every word except fillers must be a severity; the worst is used. */
function wordsOf(
  text: string,
  translate: (word: string) => BugSeverity | undefined,
): BugSeverity | undefined {
  const whole = translate(text)
  if (whole !== undefined) return whole
  const found = text
    .split(/[\s_-]+/)
    .filter((word) => word !== '' && !fillers.test(word))
    .map(translate)
  return found.includes(undefined) ? undefined : severities.find((severity) => found.includes(severity))
}

function bare(text: string): BugSeverity | undefined {
  return wordsOf(text, bareSeverity)
}

function scopedWords(text: string): BugSeverity | undefined {
  return wordsOf(text, scopedSeverity)
}

/** Words allowed beside `blocker`: what is blocked, or the kind of label. An ad-blocker blocks no release. */
const besideBlocker =
  /^(?:release|launch|ship|shipping|deploy|deployment|merge|sprint|milestone|beta|alpha|ga|rc|production|prod|customer|priority|prio|severity|sev|p|s|level|impact|type|kind|bug|issue|status|critical|regression|[psv]?\d[\d.]*)$/i

/** `blocker`, `release-blocker`; not `ad-blocker`, `non-blocker`. */
export function isBlockerLabel(text: string): boolean {
  const words = text.split(/[\s:/=_-]+/).filter((word) => word !== '')
  const others = words.filter((word) => word.toLowerCase() !== 'blocker')
  return others.length < words.length && others.every((word) => besideBlocker.test(word))
}

/** The value that comes first in an order, with its label. */
function first<Ours extends string>(
  found: readonly (readonly [label: string, ours: Ours | null])[],
  order: readonly Ours[],
): readonly [string, Ours] | null {
  for (const wanted of order) {
    const label = found.find(([, ours]) => ours === wanted)?.[0]
    if (label !== undefined) return [label, wanted]
  }
  return null
}
