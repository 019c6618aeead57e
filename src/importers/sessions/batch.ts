import { declaresTimes, repeats, type SessionEntry } from '../../domain/session-columns.js'
import type { ToolEvent } from '../../domain/tool-event.js'
import type { EventEntry, SessionOnly } from './entry.js'

/** Entries that are stored together. */
export class Batch {
  readonly events: ToolEvent[] = []
  /** The fields of sessions in the entries, without repetitions: most calls of a session have the same. */
  readonly sessions: SessionEntry[] = []
  /** Sessions whose times an entry declares: they need no event. */
  readonly declared = new Set<string>()
  readonly #last = new Map<string, SessionEntry>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(entry: EventEntry | SessionOnly): void {
    const { session } = entry
    this.#size += 1
    if (entry.kind === 'event') this.events.push(entry.event)
    if (declaresTimes(session)) this.declared.add(session.session)
    const before = this.#last.get(session.session)
    if (before && repeats(session, before)) return
    this.#last.set(session.session, session)
    this.sessions.push(session)
  }

  /** The users and projects that the entries name. */
  names(): { users: string[]; projects: string[] } {
    const named = (field: 'user' | 'project') => [
      ...new Set(this.sessions.flatMap((session) => session[field] ?? [])),
    ]
    return { users: named('user'), projects: named('project') }
  }
}
