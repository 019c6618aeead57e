import { CtoError } from '../../errors.js'
import { parseFailOn, type Gate } from '../gate.js'
import { nearestChoice } from '../nearest-choice.js'

/** What a rule watches: a figure against a limit, or that something happened. */
export type Condition =
  { kind: 'gate'; gate: Gate } | { kind: 'event'; event: EventName; filters: EventFilters }

/** By name, as `label=security`; all must hold. */
export type EventFilters = Readonly<Partial<Record<EventFilterName, string>>>

export type EventFilterName = 'severity' | 'label' | 'project' | 'repo' | 'environment' | 'risk'

/** What can happen, and by what each can be filtered. */
const events = {
  'bug.created': ['severity', 'label', 'project'],
  'bug.resolved': ['severity', 'label', 'project'],
  'pull_request.opened': ['label', 'project', 'repo'],
  'pull_request.merged': ['label', 'project', 'repo'],
  'pull_request.closed': ['label', 'project', 'repo'],
  'issue.opened': ['label', 'project', 'repo'],
  'issue.closed': ['label', 'project', 'repo'],
  'deployment.success': ['environment', 'project', 'repo'],
  'deployment.failure': ['environment', 'project', 'repo'],
  'review.ingested': ['risk', 'project', 'repo'],
} as const satisfies Record<string, readonly EventFilterName[]>

export type EventName = keyof typeof events
const eventNames = Object.keys(events) as EventName[]

/** `open.critical>0`, or `event pull_request.opened label=security`. @throws CtoError INVALID_VALUE */
export function parseCondition(text: string): Condition {
  const [word, name, ...rest] = text.trim().split(/\s+/)
  if (word !== 'event') return { kind: 'gate', gate: parseFailOn(text) }
  if (name === undefined || !isEvent(name)) {
    const suggestion = nearestChoice(name ?? '', eventNames)
    throw new CtoError('INVALID_VALUE', `no event "${name ?? ''}"`, {
      reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
      hint: `valid: ${eventNames.join(', ')}`,
    })
  }
  return { kind: 'event', event: name, filters: Object.fromEntries(rest.map((each) => filterOf(name, each))) }
}

function isEvent(name: string): name is EventName {
  return Object.hasOwn(events, name)
}

function filterOf(event: EventName, text: string): [EventFilterName, string] {
  const [, name = '', value = ''] = /^([a-z]+)=(\S+)$/.exec(text) ?? []
  const allowed: readonly EventFilterName[] = events[event]
  const filter = allowed.find((each) => each === name)
  if (filter === undefined || (filter === 'risk' && !/^\d{1,3}$/.test(value))) {
    throw new CtoError('INVALID_VALUE', `not a filter of ${event}: "${text}"`, {
      hint: `write ${allowed.map((each) => (each === 'risk' ? 'risk=50' : `${each}=…`)).join(', ')}`,
    })
  }
  return [filter, value]
}
