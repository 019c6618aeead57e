import { ageDays, isOpen } from '../../domain/bug.js'
import { priorityTerms, urgency } from '../../domain/priority.js'
import { changesToReach } from '../../domain/rank-change.js'
import { isLate, slaState } from '../../domain/sla.js'
import { slaTimeline } from '../../domain/sla-timeline.js'
import type { BugExplanation } from '../../shapes/bug-explanation.js'
import type { Db } from '../../engine/client.js'
import { findBugEvents } from './bug-events.js'
import { bugIsOpen } from './bug-predicates.js'
import { getBug, type Bug } from './bugs.js'
import { clockStart } from './clock-start.js'

export type { BugExplanation }

/** @throws NotFoundError */
export async function explainBug(db: Db, { id, now }: { id: string; now: Date }): Promise<BugExplanation> {
  const bug = await getBug(db, { id, now })
  const { bugNumber, title, severity, status } = bug
  const isRevenueKnown = bug.revenueImpact !== null
  return {
    ...{ id, bugNumber, title, severity, status },
    sla: await explainSla(db, bug, now),
    priority: {
      ...priorityTerms(bug),
      score: bug.priorityScore,
      isPinned: bug.priorityPinned,
      isRevenueKnown,
    },
    urgency: isOpen(status) ? explainUrgency(bug, now) : null,
    rank: isOpen(status) ? await explainRank(db, bug) : null,
  }
}

async function explainSla(db: Db, bug: Bug, now: Date): Promise<BugExplanation['sla']> {
  const events = await findBugEvents(db, bug.id)
  const first = <T>(value: (event: (typeof events)[number]) => T | undefined, otherwise: T) =>
    events.map(value).find((each) => each !== undefined) ?? otherwise
  const [clock] = await db.$queryRaw<{ startsAt: Date | null }[]>`
    SELECT ${clockStart} AS "startsAt" FROM bugs b WHERE b.id = ${bug.id}::uuid`
  const began = {
    createdAt: bug.createdAt,
    startsAt: clock?.startsAt ?? bug.createdAt,
    status: first(({ was }) => was.status, bug.status),
    severity: first(({ was }) => was.severity, bug.severity),
    slaHours: first(({ was }) => was.slaHours, bug.slaHours),
  }
  const { intervals, breachedAt } = slaTimeline(began, events, now)
  const { state, remainingSeconds } = slaState(bug, { status: bug.status, now })
  const stillMs = (bug.slaStoppedAt ?? now).getTime()
  const usedSeconds = bug.slaHours * 3600 - (bug.slaDueAt.getTime() - stillMs) / 1000
  return {
    ...{ state, slaHours: bug.slaHours, slaDueAt: bug.slaDueAt, usedSeconds, remainingSeconds, intervals },
    breachedAt: bug.slaBreachedAt ?? (isLate(bug, now) ? (breachedAt ?? bug.slaDueAt) : null),
    unexplainedSeconds: usedSeconds - (intervals.at(-1)?.totalSeconds ?? 0),
  }
}

function explainUrgency(bug: Bug, now: Date): BugExplanation['urgency'] {
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  return urgency({ priorityScore: bug.priorityScore, usedRatio, ageDays: ageDays(bug, now) })
}

async function explainRank(db: Db, bug: Bug): Promise<BugExplanation['rank']> {
  const { id, priorityScore } = bug
  const [counts] = await db.$queryRaw<{ before: number; all: number }[]>`
    SELECT
      (count(*) FILTER (WHERE priority_score > ${priorityScore}
        OR (priority_score = ${priorityScore} AND id < ${id}::uuid)))::int AS before,
      count(*)::int AS all
    FROM bugs b
    WHERE ${bugIsOpen}`
  const [above] = await db.$queryRaw<
    { id: string; bugNumber: string; title: string; priorityScore: number }[]
  >`
    SELECT id::text, bug_number AS "bugNumber", title, priority_score AS "priorityScore"
    FROM bugs b
    WHERE ${bugIsOpen}
      AND priority_score >= ${priorityScore} AND (priority_score > ${priorityScore} OR id < ${id}::uuid)
    ORDER BY priority_score, id DESC
    LIMIT 1`
  const rank = { position: (counts?.before ?? 0) + 1, of: counts?.all ?? 0 }
  if (!above) return { ...rank, above: null, needs: null, changes: [] }
  const { id: aboveId, ...shown } = above
  // Of equal priorities the smaller id comes first.
  const needs = above.priorityScore + (id < aboveId ? 0 : 1)
  return { ...rank, above: shown, needs, changes: changesToReach(bug, needs) }
}
