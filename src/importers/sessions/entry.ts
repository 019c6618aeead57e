import type { SessionEntry } from '../../domain/session-columns.js'
import type { ToolEvent } from '../../domain/tool-event.js'

/** What a reader finds in a file, one piece after the other. */
export type Entry =
  | EventEntry
  /** Columns of a session, without an event. */
  | { kind: 'session'; session: SessionEntry }
  /** A line or record without an event. `isWaiting`: it will have one when it is complete. */
  | { kind: 'skipped'; isWaiting?: true }
  | Rejected

export interface EventEntry {
  kind: 'event'
  event: ToolEvent
  session: SessionEntry
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
