import type { RecordedBugField } from '../../domain/bug-fields.js'
import { clockFields, type PastChange } from '../../domain/late-resolution.js'
import type { Db } from '../../engine/client.js'
import { wordList } from '../word-list.js'

/**
 * By bug, in order of changedAt, seq: all changes of the fields that drive the SLA clock, and the last one of every
 * other field. Only the former have their values.
 */
export async function findPasts(tx: Db, ids: readonly string[]): Promise<Map<string, PastChange[]>> {
  if (ids.length === 0) return new Map()
  const isOfClock = wordList(clockFields)
  const rows = await tx.$queryRaw<
    (Omit<PastChange, 'seq'> & { bugId: string; seq: string; fieldChanged: RecordedBugField })[]
  >`
    SELECT
      h.bug_id::text AS "bugId", h.id::text, h.seq::text, h.field_changed AS "fieldChanged",
      CASE WHEN h.of_clock THEN h.old_value END AS "oldValue", CASE WHEN h.of_clock THEN h.new_value END AS "newValue",
      h.changed_at AS "changedAt", h.import_id IS NOT NULL AS "byImport", h.is_doubtful AS "isDoubtful"
    FROM (
      SELECT *, field_changed IN (${isOfClock}) AS of_clock,
        row_number() OVER (PARTITION BY bug_id, field_changed ORDER BY seq DESC) AS place
      FROM bug_history
      WHERE bug_id = ANY(${[...ids]}::uuid[]) AND field_changed <> 'note'
    ) h
    WHERE h.of_clock OR h.place = 1
    ORDER BY h.bug_id, h.changed_at, h.seq`
  const pasts = new Map<string, PastChange[]>()
  for (const { bugId, seq, ...change } of rows) {
    const past = pasts.get(bugId) ?? []
    pasts.set(bugId, past)
    past.push({ ...change, seq: Number(seq) })
  }
  return pasts
}
