import type { RecordedBugField } from '../../domain/bug-fields.js'
import { Prisma } from '../../engine/sql.js'
import { fieldsReferringTo } from '../../engine/table.js'
import { historyPrunedBefore } from '../pruned-before.js'
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

const isReplayed = (field: Prisma.Sql) => Prisma.sql`${field} IN (${wordList(replayedFields)})`

/** Today's value of each, as history has it. */
const todaysValue = Prisma.raw(
  `CASE h.field_changed ${replayedFields
    .map((field) => `WHEN '${field}' THEN b.${bugTable.columns[field].column}::text`)
    .join(' ')} END`,
)

/** Changes `h` for which a condition holds, each with the one before and whether one follows. */
export function changesInOrder(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      bug_id, field_changed, old_value, new_value, changed_at,
      lag(new_value) OVER changes AS left_value, lag(seq) OVER changes AS before, lead(seq) OVER changes AS next
    FROM bug_history
    WHERE ${condition}
    WINDOW changes AS (PARTITION BY bug_id, field_changed ORDER BY changed_at, seq)`
}

/**
 * Whether the change `h` of `changesInOrder` contradicts the previous one, by another old value than that one's new value,
 * or is the last and does not lead to the present value of its bug `b`. A deleted person or project is no contradiction, nor
 * is a change whose predecessor was pruned.
 */
export const contradicts = Prisma.sql`(
  ${isReplayed(Prisma.sql`h.field_changed`)} AND (
    h.before IS NOT NULL AND h.old_value IS DISTINCT FROM h.left_value AND h.changed_at >= ${historyPrunedBefore}
    OR h.next IS NULL AND h.new_value IS DISTINCT FROM ${todaysValue}
      AND NOT (h.field_changed IN (${wordList(references)}) AND ${todaysValue} IS NULL)))`

/** The bugs whose history cannot be replayed: bug_id. */
export const unreplayableBugs = Prisma.sql`
  SELECT DISTINCT h.bug_id
  FROM (${changesInOrder(isReplayed(Prisma.sql`field_changed`))}) h
  JOIN bugs b ON b.id = h.bug_id
  WHERE ${contradicts}`
