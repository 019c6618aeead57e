/** Severities of findings, the worst first. */
export const findingSeverities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type FindingSeverity = (typeof findingSeverities)[number]

/** Open findings of a review, by severity. */
export type SeverityCounts = Record<FindingSeverity, number>

/** The scores that a severity can give: one finding has the lowest, more come near to the highest. */
const bands: readonly (readonly [severity: FindingSeverity, lowest: number, highest: number])[] = [
  ['critical', 80, 100],
  ['high', 50, 79],
  ['medium', 20, 49],
  ['low', 1, 19],
]

/**
 * The risk of a review, 0 to 100, from the number of open findings of the worst severity alone: any number of notes stays below
 * one error. Rounds half up.
 */
export function riskScore(counts: SeverityCounts): number {
  const worst = bands.find(([severity]) => counts[severity] > 0)
  if (!worst) return 0
  const [severity, lowest, highest] = worst
  return lowest + Math.floor((highest - lowest) * (1 - 0.9 ** (counts[severity] - 1)) + 0.5)
}

export function noFindings(): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
}

/** The severity of a CVSS score, as SARIF's `security-severity` has it. */
export function severityOfScore(score: number): FindingSeverity {
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'info'
}

/** How many findings are open, how many were accepted, and the risk of those that are open. */
export function countFindings(
  findings: Iterable<{ severity: FindingSeverity; state: 'open' | 'suppressed' | 'known' }>,
): SeverityCounts & { suppressed: number; riskScore: number } {
  const counts = { ...noFindings(), suppressed: 0 }
  for (const { severity, state } of findings) {
    if (state === 'open') counts[severity]++
    else if (state === 'suppressed') counts.suppressed++
  }
  return { ...counts, riskScore: riskScore(counts) }
}
