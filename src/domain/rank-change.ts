import { severities, type BugSeverity } from './bug.js'
import { priority, type PriorityInput } from './priority.js'

/** One change that raises a bug's priority enough, and the priority that results. */
export interface RankChange {
  field: 'revenueImpact' | 'isBlocker' | 'severity' | 'priority'
  to: string
  priorityScore: number
}

interface Ranked extends PriorityInput {
  priorityPinned: boolean
}

/**
 * Each single change that raises the priority to `least` or above. The one that raises it least comes first, since it is
 * the smallest change of the facts. Pinning, which changes no fact, comes last.
 */
export function changesToReach(bug: Ranked, least: number): RankChange[] {
  if (least > 100) return []
  const pin: RankChange = { field: 'priority', to: String(least), priorityScore: least }
  if (bug.priorityPinned) return [pin]
  const changes = [revenueToReach(bug, least), blockerToReach(bug), severityToReach(bug, least)]
  return [
    ...changes
      .filter((change) => change !== null)
      .filter(({ priorityScore }) => priorityScore >= least)
      .sort((a, b) => a.priorityScore - b.priorityScore),
    pin,
  ]
}

/** The smallest whole amount a day; null where no amount is enough. */
function revenueToReach(bug: Ranked, least: number): RankChange | null {
  const scoreWith = (revenueImpact: number) => priority({ ...bug, revenueImpact: String(revenueImpact) })
  // Amounts above 100,000 a day score the same.
  let [tooLittle, enough] = [Math.floor(Number(bug.revenueImpact ?? 0)), 100_000]
  if (scoreWith(enough) < least || tooLittle >= enough) return null
  while (enough - tooLittle > 1) {
    const middle = Math.floor((tooLittle + enough) / 2)
    if (scoreWith(middle) >= least) enough = middle
    else tooLittle = middle
  }
  return { field: 'revenueImpact', to: `${enough}.00`, priorityScore: scoreWith(enough) }
}

function blockerToReach(bug: Ranked): RankChange | null {
  if (bug.isBlocker) return null
  return { field: 'isBlocker', to: 'true', priorityScore: priority({ ...bug, isBlocker: true }) }
}

/** The lowest severity that is enough. */
function severityToReach(bug: Ranked, least: number): RankChange | null {
  const higher: BugSeverity[] = severities.slice(0, severities.indexOf(bug.severity)).reverse()
  const severity = higher.find((each) => priority({ ...bug, severity: each }) >= least)
  if (severity === undefined) return null
  return { field: 'severity', to: severity, priorityScore: priority({ ...bug, severity }) }
}
