import * as Type from 'typebox'
import { findingSeverities } from '../domain/finding.js'
import { Count, Nullable, OneOf } from './shape.js'

/** `unknown`: the check could not tell; its message is why. */
const checkStatuses = ['ok', 'finding', 'unknown'] as const

const fixShape = Type.Object({
  /** The command or step that repairs it; null if only SQL does. */
  command: Nullable(Type.String()),
  /** Statements for psql; null if no SQL repairs it. */
  sql: Nullable(Type.String()),
  /** `--fix` runs the statements. */
  safe: Type.Boolean(),
})

/** One check of `db doctor`, and what it found. */
export const healthCheckShape = Type.Object({
  /** `store.bloat` */
  id: Type.String(),
  /** The word before the dot. */
  area: Type.String(),
  severity: OneOf(findingSeverities),
  status: OneOf(checkStatuses),
  message: Type.String(),
  /** Objects or rows that the finding is about. */
  count: Count,
  /** At most five of them. */
  examples: Type.Array(Type.String()),
  /** Whether all of it is in the baseline. */
  known: Type.Boolean(),
  fix: Nullable(fixShape),
  durationMs: Type.Number({ minimum: 0 }),
})

export const healthReportShape = Type.Object({
  worst: OneOf([...findingSeverities, 'ok'] as const),
  counts: Type.Object({ ok: Count, error: Count, warn: Count, info: Count, unknown: Count }),
  durationMs: Type.Number({ minimum: 0 }),
  checks: Type.Array(healthCheckShape),
})

export type Fix = Type.Static<typeof fixShape>
export type HealthCheck = Type.Static<typeof healthCheckShape>
export type HealthReport = Type.Static<typeof healthReportShape>
