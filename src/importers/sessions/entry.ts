import type { SessionEntry } from '../../domain/session-columns.js'
import { figuresOf, type ToolEvent } from '../../domain/tool-event.js'

/** What a reader finds in a file, one piece after the other. */
export type Entry =
  | EventEntry
  | SessionOnly
  /** A line or record without an event. `isWaiting`: it will have one when it is complete. */
  | { kind: 'skipped'; isWaiting?: true }
  | Rejected

export interface EventEntry {
  kind: 'event'
  event: ToolEvent
  session: SessionEntry
}

/** Columns of a session, without an event. */
export interface SessionOnly {
  kind: 'session'
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

type Identity = 'key' | 'session' | 'toolName' | 'toolCategory' | 'at'

/** One call or message, that did not fail, unless a source gives more; figures that it does not give are null. */
export function eventWith(given: Pick<ToolEvent, Identity> & Partial<ToolEvent>): ToolEvent {
  const { key, session, toolName, toolCategory, at } = given
  const { isError = false, executionCount = 1, costUsd = null, version = null } = given
  return {
    ...{ key, session, toolName, toolCategory, at, isError, executionCount, costUsd, version },
    ...figuresOf((figure) => given[figure] ?? null),
  }
}
