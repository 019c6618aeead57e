import type { RecordedBugField } from '../../domain/bug-fields.js'
import { Prisma } from '../../engine/sql.js'
import { fieldsReferringTo } from '../../engine/table.js'
import { wordList } from '../word-list.js'
import { bugTable } from './bug-columns.js'

/** Fields from which figures of the past are made. */
export const replayedFields = [
  'status',
  'severity',
  'slaHours',
  'revenueImpact',
  'isBlocker',
  'actualHours',
  'assignedToId',
  'projectId',
] as const satisfies readonly RecordedBugField[]

/** Those that are emptied, without history, where the person or project is deleted. */
const references = [
  ...fieldsReferringTo(bugTable, 'users'),
  ...fieldsReferringTo(bugTable, 'projects'),
].filter((field) => replayedFields.some((each) => each === field))

/** Today's value of each, as history has it. */
const todaysValue = Prisma.raw(
  `CASE h.field_changed ${replayedFields
    .map((field) => `WHEN '${field}' THEN b.${bugTable.columns[field].column}::text`)
    .join(' ')} END`,
)

/**
 * The bugs whose history cannot be replayed: bug_id. The last change does not lead to the present value, or a change has
 * another old value than the previous one's new value. A deleted person or project is not a contradiction.
 */
export const unreplayableBugs = unreplayableBugsAmong(Prisma.sql`true`)

/** Likewise, of the bugs for which a condition on `bug_id` holds. */
export function unreplayableBugsAmong(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
  SELECT DISTINCT h.bug_id
  FROM (
    SELECT
      bug_id, field_changed, old_value, new_value,
      lag(new_value) OVER changes AS left_value, lag(seq) OVER changes AS before, lead(seq) OVER changes AS next
    FROM bug_history
    WHERE field_changed IN (${wordList(replayedFields)})
      AND ${condition}
    WINDOW changes AS (PARTITION BY bug_id, field_changed ORDER BY changed_at, seq)
  ) h
  JOIN bugs b ON b.id = h.bug_id
  WHERE h.before IS NOT NULL AND h.old_value IS DISTINCT FROM h.left_value
    OR h.next IS NULL AND h.new_value IS DISTINCT FROM ${todaysValue}
      AND NOT (h.field_changed IN (${wordList(references)}) AND ${todaysValue} IS NULL)`
}
