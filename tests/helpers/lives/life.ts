import { dayMs } from '../../../src/domain/duration.js'

/*
 * Invented lives of bugs, and the exports that a tracker would have written of them. Nothing here shares code with src: the
 * tests compare what `cto` makes of the exports with what the lives say (see model.ts).
 */

export type Status = 'pending' | 'in_progress' | 'verified' | 'shipped' | 'closed' | 'deferred'
export type Severity = 'critical' | 'high' | 'medium' | 'low'

/** One step of a life. Times are milliseconds since 1970, whole seconds. */
export type Step =
  { at: number; field: 'status'; to: Status } | { at: number; field: 'severity'; to: Severity }

export interface Life {
  key: string
  createdAt: number
  status: Status
  severity: Severity
  /** In order of time; none at or before createdAt. */
  steps: Step[]
}

/** What a tracker shows of a bug at one moment. */
export interface Shown {
  key: string
  createdAt: number
  status: Status
  severity: Severity
  updatedAt: number
  /** Of the last step into shipped or closed, while the bug is resolved. */
  resolvedAt: number | null
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low']

const nextStatuses: Record<Status, readonly Status[]> = {
  pending: ['in_progress', 'in_progress', 'closed', 'deferred'],
  in_progress: ['verified', 'verified', 'closed', 'deferred', 'pending'],
  verified: ['closed', 'closed', 'in_progress'],
  shipped: ['closed', 'pending'],
  closed: ['pending'],
  deferred: ['pending', 'in_progress', 'closed'],
}

/** A seeded source of numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Invent {
  seed: number
  count: number
  /** Days since 1970. */
  from: number
  days: number
}

/** Bugs that were created pending and, mostly, closed once within the days. */
export function inventOnce({ seed, count, from, days }: Invent): Life[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => {
    const createdAt = momentOf(from + random() * days)
    const resolvedAt = createdAt + 1000 + Math.floor(random() ** 3 * days * 86_400) * 1000
    const isOver = resolvedAt < (from + days) * dayMs
    return {
      key: `LIFE-${i + 1}`,
      createdAt,
      status: 'pending',
      severity: pick(severities, random),
      steps: isOver ? [{ at: resolvedAt, field: 'status', to: 'closed' }] : [],
    }
  })
}

/** Full lives, at most one step a bug and UTC day: reopened, deferred, reclassified. */
export function inventLives({ seed, count, from, days }: Invent): Life[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => {
    const born = Math.floor(from + random() * days)
    const life: Life = {
      key: `LIFE-${i + 1}`,
      createdAt: momentOf(born + random()),
      status: 'pending',
      severity: pick(severities, random),
      steps: [],
    }
    let { status, severity } = life
    for (let day = born + 1; day < from + days; day++) {
      if (random() > 0.12) continue
      const at = momentOf(day + random())
      if (random() < 0.25) {
        severity = pick(
          severities.filter((other) => other !== severity),
          random,
        )
        life.steps.push({ at, field: 'severity', to: severity })
      } else {
        status = pick(nextStatuses[status], random)
        life.steps.push({ at, field: 'status', to: status })
      }
    }
    return life
  })
}

/** The bug as its tracker shows it at the moment; null before its creation. */
export function shownAt(life: Life, moment: number): Shown | null {
  if (life.createdAt > moment) return null
  const { key, createdAt } = life
  const shown: Shown = {
    key,
    createdAt,
    status: life.status,
    severity: life.severity,
    updatedAt: createdAt,
    resolvedAt: null,
  }
  for (const step of life.steps.filter(({ at }) => at <= moment)) {
    shown.updatedAt = step.at
    if (step.field === 'severity') shown.severity = step.to
    else {
      if (!isResolved(step.to)) shown.resolvedAt = null
      else if (!isResolved(shown.status)) shown.resolvedAt = step.at
      shown.status = step.to
    }
  }
  return shown
}

/** The export of a moment, in the names of our own template. */
export function exportAt(lives: readonly Life[], moment: number): string {
  const rows = lives.flatMap((life) => shownAt(life, moment) ?? [])
  return [
    'externalId,title,status,severity,createdAt,updatedAt,resolvedAt',
    ...rows.map(({ key, status, severity, createdAt, updatedAt, resolvedAt }) =>
      [key, `Bug ${key}`, status, severity, text(createdAt), text(updatedAt), text(resolvedAt)].join(','),
    ),
    '',
  ].join('\n')
}

export function isOpen(status: Status): boolean {
  return status === 'pending' || status === 'in_progress' || status === 'verified'
}

export function isResolved(status: Status): boolean {
  return status === 'shipped' || status === 'closed'
}

function text(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString()
}

function momentOf(days: number): number {
  return Math.floor(days * 86_400) * 1000
}

function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}
