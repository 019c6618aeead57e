import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { SlaBeginning, SlaEvent } from '../../domain/sla-timeline.js'
import type { PersonRef } from '../../shapes/bug.js'
import type { Db } from '../../engine/client.js'

export interface BugEvent extends SlaEvent {
  was: Partial<Pick<SlaBeginning, 'severity' | 'slaHours' | 'status'>>
}

interface HoursChange {
  at: Date
  was: number
  is: number
  by: PersonRef | null
}

/** What the SLA clock of a bug minds, in order of time: status and severity from its history, hours from the audit log. */
export async function findBugEvents(db: Db, id: string): Promise<BugEvent[]> {
  const changes = await db.$queryRaw<{ at: Date; field: 'status' | 'severity'; was: string; is: string }[]>`
    SELECT changed_at AS at, field_changed AS field, old_value AS was, new_value AS is
    FROM bug_history
    WHERE bug_id = ${id}::uuid AND field_changed IN ('status', 'severity')
    ORDER BY changed_at, seq`
  const hours = await findHoursChanges(db, id)
  const events = new Map<number, BugEvent>()
  const eventAt = (at: Date) => {
    const event = events.get(at.getTime()) ?? { at, was: {} }
    events.set(at.getTime(), event)
    return event
  }
  for (const { at, field, was, is } of changes) {
    const event = eventAt(at)
    if (field === 'status') {
      event.status = is as BugStatus
      event.was.status ??= was as BugStatus
    } else {
      event.severity = is as BugSeverity
      event.was.severity ??= was as BugSeverity
    }
  }
  for (const { at, was, is } of hours) {
    const event = eventAt(at)
    event.slaHours = is
    event.was.slaHours ??= was
  }
  return [...events.values()].sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** Oldest first. */
export async function findHoursChanges(db: Db, id: string): Promise<HoursChange[]> {
  const rows = await db.$queryRaw<
    { at: Date; was: number; is: number; userId: string | null; email: string | null; name: string | null }[]
  >`
    SELECT l.created_at AS at, (l.details #>> '{changes,slaHours,0}')::int AS was,
      (l.details #>> '{changes,slaHours,1}')::int AS is, l.user_id::text AS "userId", u.email, u.name
    FROM audit_log l
    LEFT JOIN users u ON u.id = l.user_id
    WHERE l.entity_type = 'bug' AND l.entity_id = ${id} AND l.details #> '{changes,slaHours}' IS NOT NULL
    ORDER BY l.created_at, l.id`
  return rows.map(({ at, was, is, userId, email, name }) => ({
    at,
    was,
    is,
    by: userId === null ? null : { id: userId, email: email ?? '', name: name ?? '' },
  }))
}
