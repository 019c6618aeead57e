import { bugFields } from '../../domain/bug-fields.js'
import { fieldsWith } from '../../domain/field.js'
import { Prisma } from '../../engine/sql.js'
import { wordList } from '../word-list.js'
import { bugTable } from './bug-columns.js'
import { openWords, priorityOf, resolvedWords } from './bug-predicates.js'
import { firstStatusSince, lastStatusBefore } from './bug-replay.js'

/** The source of bugs for FROM: their present state, or, if `before` is given, that right before this moment. */
export function bugsTable(before: Date | null): Prisma.Sql {
  return before === null ? Prisma.sql`bugs` : Prisma.sql`(${bugsBefore(before)})`
}

type BugField = keyof typeof bugFields
type Group = 'plain' | 'person' | 'hours' | 'text'

const fields = Object.keys(bugTable.columns) as BugField[]

/**
 * Fields whose values are replayed together: rarely changed ones, which are in `bug_history_seldom_idx`, frequently changed
 * ones, and texts, which are long.
 */
const groups: Readonly<Record<Group, readonly BugField[]>> = {
  plain: [
    'severity',
    'revenueImpact',
    'isBlocker',
    'priorityPinned',
    'projectId',
    'createdById',
    'slaHours',
    'priorityScore',
  ],
  person: ['assignedToId'],
  hours: ['estimatedHours', 'actualHours'],
  text: [
    ...fieldsWith(bugFields, { setBy: 'user', recorded: true }).filter((field) =>
      ['text', 'text[]', 'jsonb'].includes(bugTable.columns[field].type),
    ),
    'duplicateOfId',
  ],
}

/**
 * The bugs that existed right before `at`, with the columns of `bugs` of then. The value of a field is that after the last
 * change before `at`, else that before the first change, else the present one. Derived fields are computed: the score by
 * its formula unless it is pinned, the clock from the steps since.
 *
 * Columns that a query does not use cost nothing: PostgreSQL removes a LEFT JOIN to unique rows that is not read.
 */
function bugsBefore(at: Date): Prisma.Sql {
  const derived: Partial<Record<BugField, Prisma.Sql>> = {
    status: statusThen,
    slaDueAt: Prisma.sql`
      b.sla_due_at
        - make_interval(secs => coalesce(clock.paused_since, 0)::double precision)
        - make_interval(hours => b.sla_hours - ${was('slaHours')})`,
    slaStoppedAt: Prisma.sql`
      CASE
        WHEN ${statusThen}::text IN (${openWords}) THEN NULL
        WHEN clock.bug_id IS NULL THEN b.sla_stopped_at
        ELSE coalesce(clock.stopped_at, b.created_at)
      END`,
    slaBreachedAt: Prisma.sql`
      CASE WHEN b.sla_breached_at < ${lastMomentBefore(at)} AND shortened.bug_id IS NULL THEN b.sla_breached_at END`,
    priorityScore: Prisma.sql`CASE WHEN ${was('priorityPinned')} THEN ${was('priorityScore')} ELSE ${priorityThen} END`,
    updatedAt: Prisma.sql`
      CASE WHEN b.updated_at < ${at} THEN b.updated_at ELSE coalesce(touched.at, b.created_at) END`,
    resolvedAt: Prisma.sql`
      CASE
        WHEN ${statusThen}::text NOT IN (${resolvedWords}) THEN NULL
        WHEN clock.bug_id IS NULL THEN b.resolved_at
        ELSE coalesce(clock.resolved_at, CASE WHEN b.external_id IS NULL THEN b.created_at END)
      END`,
  }
  const columns = fields.map(
    (field) => Prisma.sql`${derived[field] ?? was(field)} AS ${Prisma.raw(bugTable.columns[field].column)}`,
  )
  return Prisma.sql`
    SELECT ${Prisma.join(columns)}
    FROM bugs b
    LEFT JOIN (${lastStatusBefore(at)}) before ON before.bug_id = b.id
    LEFT JOIN (${firstStatusSince(at)}) since ON since.bug_id = b.id
    LEFT JOIN (${fieldsBefore(at, groups.plain)}) plain ON plain.bug_id = b.id
    LEFT JOIN (${fieldsBefore(at, groups.person)}) person ON person.bug_id = b.id
    LEFT JOIN (${fieldsBefore(at, groups.hours)}) hours ON hours.bug_id = b.id
    LEFT JOIN (${fieldsBefore(at, groups.text)}) text ON text.bug_id = b.id
    LEFT JOIN (${clockSince(at)}) clock ON clock.bug_id = b.id
    LEFT JOIN (${shortenedSince(at)}) shortened ON shortened.bug_id = b.id
    LEFT JOIN (${lastTouchBefore(at)}) touched ON touched.bug_id = b.id
    WHERE b.created_at < ${at}`
}

/** Times are stored in milliseconds. At the very moment at which its hours end, a bug is not late. */
function lastMomentBefore(at: Date): Date {
  return new Date(at.getTime() - 1)
}

/** The value of a field of `bugs b` at `at`. A change to null is valid too, so the key in `fields` decides. */
function was(field: BugField): Prisma.Sql {
  const { column, type, size } = bugTable.columns[field]
  const today = Prisma.raw(`b.${column}`)
  const group = Object.entries(groups).find(([, names]) => names.includes(field))?.[0]
  if (group === undefined) return today
  const values = Prisma.raw(`"${group}".fields`)
  const name = Prisma.raw(`'${field}'`)
  const cast = Prisma.raw(size === null ? type : `${type}(${size})`)
  return Prisma.sql`CASE
    WHEN jsonb_exists(${values}, ${name}) THEN (${values} ->> ${name})::${cast} ELSE ${today} END`
}

const statusThen = Prisma.sql`coalesce(before.status, since.status, b.status::text)::"BugStatus"`

const priorityThen = priorityOf({
  severity: was('severity'),
  revenueImpact: was('revenueImpact'),
  isBlocker: was('isBlocker'),
})

/** Values by field from the change nearest to `at`: its new value if it was before `at`, else its old value. */
function fieldsBefore(at: Date, fields: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    SELECT bug_id, jsonb_object_agg(field_changed, value) AS fields
    FROM (
      SELECT DISTINCT ON (bug_id, field_changed)
        bug_id, field_changed, CASE WHEN changed_at < ${at} THEN new_value ELSE old_value END AS value
      FROM bug_history
      WHERE field_changed IN (${wordList(fields)})
      ORDER BY
        bug_id, field_changed, changed_at >= ${at}, abs(extract(epoch FROM changed_at - ${at}::timestamptz)),
        CASE WHEN changed_at < ${at} THEN -seq ELSE seq END
    ) nearest
    GROUP BY bug_id`
}

/**
 * For bugs whose status changed since: when the clock was last stopped and when they were last resolved before `at`, and
 * the seconds by which pauses that ended since have postponed the due date.
 */
function clockSince(at: Date): Prisma.Sql {
  const changed = Prisma.sql`SELECT bug_id FROM bug_history WHERE field_changed = 'status' AND changed_at >= ${at}`
  return Prisma.sql`
    SELECT
      bug_id,
      max(changed_at) FILTER (WHERE changed_at < ${at} AND stops) AS stopped_at,
      max(changed_at) FILTER (
        WHERE changed_at < ${at} AND new_value IN (${resolvedWords}) AND old_value NOT IN (${resolvedWords})
      ) AS resolved_at,
      sum(paused_seconds) FILTER (WHERE changed_at >= ${at}) AS paused_since
    FROM (${statusSteps(Prisma.sql`h.bug_id IN (${changed})`)}) steps
    GROUP BY bug_id`
}

/** The status rows of some bugs: whether each stops the clock, and after how many seconds it starts it again. */
function statusSteps(ofBugs: Prisma.Sql): Prisma.Sql {
  const stops = Prisma.sql`(h.new_value NOT IN (${openWords}) AND h.old_value IN (${openWords}))`
  return Prisma.sql`
    SELECT
      *,
      CASE WHEN new_value IN (${openWords}) AND old_value NOT IN (${openWords})
        THEN greatest(0, extract(epoch FROM changed_at - coalesce(last_stop, created_at))) END AS paused_seconds
    FROM (
      SELECT
        h.bug_id, h.seq, h.changed_at, h.old_value, h.new_value, own.created_at, ${stops} AS stops,
        max(h.changed_at) FILTER (WHERE ${stops}) OVER (PARTITION BY h.bug_id ORDER BY h.changed_at, h.seq) AS last_stop
      FROM bug_history h
      JOIN bugs own ON own.id = h.bug_id
      WHERE h.field_changed = 'status' AND ${ofBugs}
    ) step`
}

/**
 * The bugs that were not late at `at`, although their breach is dated before: only since then have their hours been
 * shortened so far that they would have ended there.
 */
function shortenedSince(at: Date): Prisma.Sql {
  const isShortened = Prisma.sql`r.field_changed = 'slaHours' AND r.new_value::int < r.old_value::int`
  /** When the hours ended, as it stood after the row or moment. */
  const due = (hours: Prisma.Sql, isLater: Prisma.Sql) => Prisma.sql`
    b.sla_due_at
      - make_interval(hours => b.sla_hours - ${hours})
      - make_interval(secs => (
          SELECT coalesce(sum(s.paused_seconds), 0)::double precision
          FROM (${statusSteps(Prisma.sql`h.bug_id = b.id`)}) s
          WHERE ${isLater}))`
  const hoursAtBreach = Prisma.sql`(
    SELECT r.old_value::int
    FROM bug_history r
    WHERE r.bug_id = b.id AND r.field_changed = 'slaHours' AND r.changed_at > b.sla_breached_at
    ORDER BY r.changed_at, r.seq
    LIMIT 1)`
  return Prisma.sql`
    SELECT b.id AS bug_id
    FROM bugs b
    WHERE b.sla_breached_at < ${at}
      AND b.id IN (SELECT r.bug_id FROM bug_history r WHERE ${isShortened} AND r.changed_at >= ${at})
      AND ${due(hoursAtBreach, Prisma.sql`s.changed_at > b.sla_breached_at`)} <> b.sla_breached_at
      AND (
        SELECT min(r.changed_at)
        FROM bug_history r
        WHERE r.bug_id = b.id AND ${isShortened} AND r.changed_at > b.sla_breached_at
          AND ${due(Prisma.sql`r.new_value::int`, Prisma.sql`(s.changed_at, s.seq) > (r.changed_at, r.seq)`)}
            = b.sla_breached_at
      ) >= ${at}`
}

function lastTouchBefore(at: Date): Prisma.Sql {
  return Prisma.sql`SELECT bug_id, max(changed_at) AS at FROM bug_history WHERE changed_at < ${at} GROUP BY bug_id`
}
