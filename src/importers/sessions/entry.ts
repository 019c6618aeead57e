import type { SessionTelling } from '../../domain/told-session.js'
import type { ToolEvent } from '../../domain/tool-event.js'

/** What a reader finds in a file, one piece after the other. */
export type Telling =
  | EventTelling
  /** Columns of a session, without an event. */
  | { kind: 'session'; session: SessionTelling }
  /** A line or record that tells of no event. `isWaiting`: it will, when it is complete. */
  | { kind: 'skipped'; isWaiting?: true }
  | Rejected

export interface EventTelling {
  kind: 'event'
  event: ToolEvent
  session: SessionTelling
}

/** A line or record that cannot be read. Its reason names no value: that might be anything. */
export interface Rejected {
  kind: 'rejected'
  record: number
  field: string | null
  reason: string
}

/** The same, before its place in the file is known. */
export class Unreadable {
  readonly field: string | null
  readonly reason: string

  constructor(field: string | null, reason: string) {
    this.field = field
    this.reason = reason
  }

  at(record: number): Rejected {
    const { field, reason } = this
    return { kind: 'rejected', record, field, reason }
  }
}

/** Figures that a source does not give. */
export const noFigures = {
  durationMs: null,
  memoryUsageMb: null,
  cpuTimeMs: null,
  outputSizeBytes: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  costUsd: null,
} as const
