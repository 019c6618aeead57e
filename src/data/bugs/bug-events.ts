import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import { clockFields } from '../../domain/late-resolution.js'
import type { SlaBeginning, SlaEvent } from '../../domain/sla-timeline.js'
import type { Db } from '../../engine/client.js'
import { wordList } from '../word-list.js'

type ClockFacts = Partial<Pick<SlaBeginning, 'severity' | 'slaHours' | 'status'>>

export interface BugEvent extends SlaEvent {
  was: ClockFacts
}

/** What moves the SLA clock of a bug, in order of time; several fields at once where they were one change. */
export async function findBugEvents(db: Db, id: string): Promise<BugEvent[]> {
  const changes = await db.$queryRaw<{ at: Date; field: string; was: string; is: string }[]>`
    SELECT changed_at AS at, field_changed AS field, old_value AS was, new_value AS is
    FROM bug_history
    WHERE bug_id = ${id}::uuid AND field_changed IN (${wordList(clockFields)})
    ORDER BY changed_at, seq`
  const events: BugEvent[] = []
  for (const { at, field, was, is } of changes) {
    const last = events.at(-1)
    const [before, after] = [factOf(field, was), factOf(field, is)]
    if (last?.at.getTime() === at.getTime() && isBefore(last, field)) {
      Object.assign(last, after)
      Object.assign(last.was, before)
    } else events.push({ at, ...after, was: before })
  }
  return events
}

function factOf(field: string, value: string): ClockFacts {
  if (field === 'status') return { status: value as BugStatus }
  return field === 'severity' ? { severity: value as BugSeverity } : { slaHours: Number(value) }
}

/** Whether the event has only what a change writes before the field: severity, hours, status. */
function isBefore({ severity: _, slaHours, status }: BugEvent, field: string): boolean {
  return status === undefined && (field === 'status' || (field === 'slaHours' && slaHours === undefined))
}
