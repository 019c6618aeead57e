import type { BugSeverity } from './bug.js'

/** The weights of the score, which SQL uses too for the score of a past moment. */
export const priorityRule = {
  /** 60 × (1, 0.7, 0.4, 0.1), as whole numbers so that nothing is lost before rounding. */
  severity: { critical: 60, high: 42, medium: 24, low: 6 } satisfies Record<BugSeverity, number>,
  revenue: 25,
  /** The revenue term grows with the logarithm of 1 + the amount per day ÷ this, up to its maximum at 1,000 times this. */
  revenueUnit: 100,
  blocker: 15,
}

/** The weights of urgency, by which SQL orders bugs too. */
export const urgencyRule = {
  priority: 0.75,
  sla: 20,
  /** Share of the SLA hours from which the SLA term grows. */
  slaFrom: 0.5,
  age: 5,
  /** Days after which the age term has its maximum. */
  ageDays: 90,
}

export interface PriorityInput {
  severity: BugSeverity
  /** Money lost per day, a decimal string; unknown (null) counts as 0. */
  revenueImpact: string | null
  isBlocker: boolean
}

export interface PriorityTerms {
  /** The unrounded sum of the terms. */
  sum: number
  /** At most 60, 25 and 15. */
  terms: { severity: number; revenue: number; blocker: number }
}

/** The stored score, 0–100. It depends only on stored inputs, so it never becomes stale. */
export function priority(input: PriorityInput): number {
  return roundHalfUp(priorityTerms(input).sum)
}

/** The terms of the score. */
export function priorityTerms({ severity, revenueImpact, isBlocker }: PriorityInput): PriorityTerms {
  const perDay = Math.max(0, Number(revenueImpact ?? 0))
  const terms = {
    severity: priorityRule.severity[severity],
    // The same function above and below the fraction line: exactly 1 at 100,000 a day.
    revenue:
      priorityRule.revenue * Math.min(1, Math.log1p(perDay / priorityRule.revenueUnit) / Math.log1p(1000)),
    blocker: isBlocker ? priorityRule.blocker : 0,
  }
  return { sum: terms.severity + terms.revenue + terms.blocker, terms }
}

export interface UrgencyInput {
  /** 0–100. */
  priorityScore: number
  /** Active time used ÷ slaHours; above 1 when past due. */
  usedRatio: number
  /** Days since the bug was created. */
  ageDays: number
}

export interface Urgency {
  /** 0–100: the sum, rounded half up. */
  score: number
  /** The unrounded sum of the terms. */
  sum: number
  /** What each input contributes, already weighted: at most 75, 20 and 5. */
  terms: { priority: number; sla: number; age: number }
}

/** How urgent an open bug is at this moment; computed when read, never stored. */
export function urgency({ priorityScore, usedRatio, ageDays }: UrgencyInput): Urgency {
  const terms = {
    priority: urgencyRule.priority * priorityScore,
    sla: urgencyRule.sla * clamp((usedRatio - urgencyRule.slaFrom) / (1 - urgencyRule.slaFrom)),
    age: urgencyRule.age * clamp(ageDays / urgencyRule.ageDays),
  }
  const sum = terms.priority + terms.sla + terms.age
  return { score: roundHalfUp(sum), sum, terms }
}

/**
 * A sum that is x.5 in decimal can be about 1e-15 less in binary (20 × (0.6 − 0.5) ÷ 0.5 + 0.5), so 1e-9 is added:
 * far below any relevant difference of the inputs.
 */
function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5 + 1e-9)
}

function clamp(ratio: number): number {
  return Math.min(1, Math.max(0, ratio))
}
