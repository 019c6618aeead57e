import { performance } from 'node:perf_hooks'
import { CtoError } from '../../errors.js'
import { databaseFailure } from '../../engine/connection/failure.js'
import { findingSeverities } from '../../domain/finding.js'
import type { HealthCheck, HealthReport } from '../../shapes/health-check.js'
import { isKnown, type Baseline } from './baseline.js'
import type { Check, Patient } from './check.js'
import { fixOf, remedyOf, unknown, type Remedy, type Verdict } from './verdict.js'

/** How long a statement of a check may take, in ms. */
export const limitMs = 3000

const mostExamples = 5

/** A check that was made: as it is printed, with all that it found. */
export interface Examined {
  check: HealthCheck
  /** Names of everything faulty; null where it was only counted. */
  objects: readonly string[] | null
  remedy: Remedy | null
}

interface Examine {
  patient: Patient
  baseline?: Baseline | undefined
  onDone?: ((done: number) => void) | undefined
}

/** One after the other, in their order. */
export async function examine(checks: readonly Check[], options: Examine): Promise<Examined[]> {
  const { patient, baseline, onDone } = options
  const examined: Examined[] = []
  for (const check of checks) {
    const start = performance.now()
    const verdict = await verdictOf(check, patient)
    const durationMs = Math.round((performance.now() - start) * 10) / 10
    examined.push(examinedBy(check, verdict, { durationMs, baseline }))
    onDone?.(examined.length)
  }
  return examined
}

export function reportOf(examined: readonly Examined[]): HealthReport {
  const checks = examined.map(({ check }) => check)
  const findings = checks.filter(({ status }) => status === 'finding')
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length
  return {
    worst: findingSeverities.find((severity) => count(severity) > 0) ?? 'ok',
    counts: {
      ok: checks.filter(({ status }) => status === 'ok').length,
      error: count('error'),
      warn: count('warn'),
      info: count('info'),
      unknown: checks.filter(({ status }) => status === 'unknown').length,
    },
    durationMs: Math.round(checks.reduce((sum, { durationMs }) => sum + durationMs, 0) * 10) / 10,
    checks,
  }
}

/** A check that fails is unknown; a database that is gone, or an interruption, ends the examination. */
async function verdictOf(check: Check, patient: Patient): Promise<Verdict> {
  try {
    return await check.examine(patient)
  } catch (error) {
    if (endsAll(error)) throw error
    return unknownBecause(error)
  }
}

/** The other checks would fail in the same way. */
export function endsAll(error: unknown): boolean {
  return (
    error instanceof CtoError && ['UNREACHABLE', 'BUSY', 'INTERRUPTED', 'TERMINATED'].includes(error.code)
  )
}

function unknownBecause(error: unknown): Verdict {
  if (!(error instanceof CtoError)) return unknown(`failed: ${databaseFailure(error).message}`)
  switch (error.code) {
    case 'TIMEOUT':
      return unknown(`not answered within ${limitMs / 1000} s`)
    case 'NOT_PERMITTED':
      return unknown(error.reason ?? error.message, {
        command: 'ask an administrator for the right, or connect as the owner of the tables',
      })
    default:
      return unknown(error.message, { command: error.hint })
  }
}

function examinedBy(
  { id, severity }: Check,
  verdict: Verdict,
  { durationMs, baseline }: { durationMs: number; baseline: Baseline | undefined },
): Examined {
  const [area = id] = id.split('.')
  const plain = { id, area, severity, count: 0, examples: [], known: false, fix: null, durationMs }
  if (verdict.status !== 'finding') {
    const { status, message } = verdict
    const fix = 'fix' in verdict && verdict.fix ? fixOf(verdict.fix) : null
    return { check: { ...plain, status, message, fix }, objects: [], remedy: null }
  }
  const { faults } = verdict
  const areNamed = faults.every((fault) => fault.objects !== undefined)
  const objects = areNamed ? [...new Set(faults.flatMap((fault) => fault.objects ?? []))] : null
  const count = faults.reduce((sum, fault) => sum + (fault.count ?? fault.objects?.length ?? 1), 0)
  const remedy = remedyOf(faults)
  return {
    check: {
      ...plain,
      severity: findingSeverities.find((each) => faults.some((fault) => fault.severity === each)) ?? severity,
      status: 'finding',
      message: faults.map((fault) => fault.message).join('; '),
      count,
      examples: faults.flatMap((fault) => fault.examples ?? fault.objects ?? []).slice(0, mostExamples),
      known: baseline !== undefined && isKnown(baseline, id, { objects, count }),
      fix: fixOf(remedy),
    },
    objects,
    remedy,
  }
}
