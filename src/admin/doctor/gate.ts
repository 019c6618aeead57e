import { findingSeverities, type FindingSeverity } from '../../domain/finding.js'
import type { HealthCheck } from '../../shapes/health-check.js'

export interface HealthGate {
  /** The least severity that trips; absent: none does on its own. */
  failOn?: FindingSeverity | undefined
  /** Whether anything trips that is not in a baseline. */
  againstBaseline: boolean
  /** What could not be checked counts as a warning. */
  strict: boolean
}

/** Whether the outcome of the checks is one that a job must not pass with. */
export function trips(
  checks: readonly HealthCheck[],
  { failOn, againstBaseline, strict }: HealthGate,
): boolean {
  const reaches = (severity: FindingSeverity, least: FindingSeverity) =>
    findingSeverities.indexOf(severity) <= findingSeverities.indexOf(least)
  return checks.some((check) => {
    const severity =
      check.status === 'finding' ? check.severity : strict && check.status === 'unknown' ? 'warn' : null
    if (severity === null || check.known) return false
    return againstBaseline || (failOn !== undefined && reaches(severity, failOn))
  })
}
