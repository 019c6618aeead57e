import type { BugSeverity } from '../domain/bug.js'
import { hourMs } from '../domain/duration.js'
import { spanMs } from './invented.js'
import { sampleId } from './ids.js'
import type { Random } from './random.js'
import type { BugStory, Step } from './story.js'
import { circumstances, components, problems } from './words.js'

/** Hours until half of the bugs of a severity are resolved; a few take twenty times as long. */
const medianHours: Record<BugSeverity, number> = { critical: 8, high: 60, medium: 250, low: 700 }

type Ids = readonly [string, ...string[]]

export interface InventBug {
  /** From 1: later ones are younger, and their number grows every month. */
  n: number
  total: number
  people: Ids
  projects: Ids
  now: Date
  random: Random
}

/** About 15 of 100 are open: most are untouched, some are in progress. */
export function inventBug({ n, total, people, projects, now, random }: InventBug): BugStory {
  const createdAt = new Date(now.getTime() - spanMs * (1 - (n / (total + 1)) ** 0.7))
  const severity = inventSeverity(random)
  const title = `${random.pick(components)} ${random.pick(problems)} ${random.pick(circumstances)}`
  const worker = random.pick(people, 2)
  return {
    id: sampleId('large', 'bug', n),
    createdAt,
    title,
    severity,
    createdById: random.pick(people),
    description: random.chance(0.7) ? `${title}. Seen by ${1 + random.below(40)} people so far.` : null,
    assignedToId: random.chance(0.6) ? worker : null,
    projectId: random.chance(0.95) ? random.pick(projects, 2.5) : null,
    revenueImpact: random.chance(0.25) ? random.longTail(180, 1.6).toFixed(2) : null,
    isBlocker: random.chance(0.04),
    estimatedHours: random.chance(0.5) ? random.longTail(5, 0.9).toFixed(2) : null,
    steps: inventSteps({ createdAt, severity, worker, random }).filter(({ at }) => at < now),
  }
}

function inventSeverity(random: Random): BugSeverity {
  const share = random.next()
  return share < 0.05 ? 'critical' : share < 0.25 ? 'high' : share < 0.7 ? 'medium' : 'low'
}

interface InventSteps {
  createdAt: Date
  severity: BugSeverity
  worker: string
  random: Random
}

function inventSteps({ createdAt, severity, worker, random }: InventSteps): Step[] {
  const hours = random.longTail(medianHours[severity], 1.2)
  const step = (afterHours: number, change: Step['change']): Step => ({
    at: new Date(createdAt.getTime() + afterHours * hourMs),
    by: worker,
    change,
  })
  const fate = random.next()
  if (fate < 0.08) return []
  if (fate < 0.11) return [step(hours * 0.3, { status: 'in_progress', assignedToId: worker })]
  if (fate < 0.15) return [step(hours * 0.3, { status: 'deferred' })]
  if (fate < 0.27) return [step(hours, { status: 'closed' })]
  const work = random.chance(0.55) ? { addHours: random.longTail(4, 1).toFixed(2) } : {}
  const steps = [
    step(hours * 0.3, { status: 'in_progress', assignedToId: worker }),
    ...(fate < 0.4
      ? [step(hours, { status: 'closed', ...work })]
      : [step(hours * 0.9, { status: 'verified', ...work }), step(hours, { status: 'shipped' })]),
  ]
  if (!random.chance(0.04)) return steps
  const again = hours + random.longTail(150, 0.8)
  return [
    ...steps,
    step(again, { status: 'pending' }),
    step(again * 1.1, { status: 'in_progress' }),
    step(again * 1.3, { status: 'closed', addHours: '2.00' }),
  ]
}
