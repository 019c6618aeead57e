import {
  allWords,
  distinctWords,
  erasedWord,
  wordsPattern,
  type Called,
} from '../../domain/delivery/erased-words.js'
import type { Db } from '../../engine/client.js'
import { updateRows, type ColumnValue, type RowValues } from '../../engine/change-rows.js'
import { Prisma } from '../../engine/sql.js'
import { columnOf, selectOf, tableOf, type FieldOf, type Table, type TableName } from '../../engine/table.js'

/*
 * Rows that a program wrote, and that may hold what an erased person is called. The audit log holds ids, never names. Texts that
 * people wrote (titles, subjects, descriptions, notes) stay.
 */

interface Place {
  table: TableName
  fields: readonly string[]
  wordsOf(called: Called): string[]
}

function place<Name extends TableName>(
  table: Name,
  fields: readonly FieldOf<Name>[],
  wordsOf: Place['wordsOf'],
): Place {
  return { table, fields, wordsOf }
}

const places: readonly Place[] = [
  place('notification_logs', ['groups', 'reason', 'target', 'error', 'body'], allWords),
  place('notification_rules', ['silences', 'state'], allWords),
  place('events', ['problem'], allWords),
  // Of paths and of other people's texts: a login alone may be an ordinary word there.
  place('import_logs', ['errors', 'metadata'], distinctWords),
  place('metrics_sessions', ['metadata'], distinctWords),
  place('ai_reviews', ['findings'], distinctWords),
]

const batchRows = 500
const nil = '00000000-0000-0000-0000-000000000000'

/** Replaces the words in every row that a program wrote. Returns how many rows held one. */
export async function eraseWords(tx: Db, called: Called): Promise<number> {
  let changed = 0
  for (const { table, fields, wordsOf } of places) {
    const words = wordsOf(called)
    const pattern = wordsPattern(words)
    if (pattern !== null) changed += await rewrite(tx, { table: tableOf(table), fields, words, pattern })
  }
  return changed
}

interface Rewrite {
  table: Table
  fields: readonly string[]
  words: readonly string[]
  pattern: RegExp
}

/** SQL finds the rows that may hold a word; the pattern decides. */
async function rewrite(tx: Db, { table, fields, words, pattern }: Rewrite): Promise<number> {
  const text = Prisma.raw(
    `concat_ws(' ', ${fields.map((field) => `t.${columnOf(table.name, field)}`).join(', ')})`,
  )
  let changed = 0
  for (let last = nil; ;) {
    const rows = await tx.$queryRaw<({ id: string } & Record<string, ColumnValue>)[]>`
      SELECT t.id::text, ${selectOf(table, 't', fields)}
      FROM ${Prisma.raw(table.name)} t
      WHERE t.id > ${last}::uuid AND ${text} ILIKE ANY(${likePatterns(words)}::text[])
      ORDER BY t.id
      LIMIT ${batchRows}`
    const written = rows.flatMap((row): (RowValues<string> & { id: string })[] => {
      const values = fields.map((field) => [field, withoutWords(row[field] ?? null, pattern)] as const)
      const isSame = values.every(([field, value]) => String(value) === String(row[field] ?? null))
      return isSame ? [] : [{ ...Object.fromEntries(values), id: row.id }]
    })
    await updateRows(tx, table, { rows: written, fields })
    changed += written.length
    if (rows.length < batchRows) return changed
    last = rows.at(-1)?.id ?? nil
  }
}

/** JSON is a text here: a word in it is replaced in values and in keys. */
function withoutWords(value: ColumnValue, pattern: RegExp): ColumnValue {
  if (typeof value === 'string') return value.replace(pattern, erasedWord)
  return Array.isArray(value) ? value.map((each: string) => each.replace(pattern, erasedWord)) : value
}

/** What people configured with one of the words, for them to change: `the rule late`, `the dashboard Morning`. */
export async function findNaming(db: Db, called: Called): Promise<string[]> {
  const words = allWords(called)
  const pattern = wordsPattern(words)
  if (pattern === null) return []
  const rows = await db.$queryRaw<{ what: string; text: string }[]>`
    SELECT * FROM (
      SELECT 'the rule ' || name AS what, concat_ws(' ', name, condition, scope, target) AS text FROM notification_rules
      UNION ALL
      SELECT 'the dashboard ' || dashboard_name, concat_ws(' ', dashboard_name, description, widget_layout)
      FROM dashboard_configs
      UNION ALL
      SELECT 'the setting ' || key, value::text FROM settings
      UNION ALL
      SELECT 'the key ' || prefix, name FROM api_keys
    ) configured
    WHERE text ILIKE ANY(${likePatterns(words)}::text[])
    ORDER BY what`
  return rows.filter(({ text }) => text.search(pattern) >= 0).map(({ what }) => what)
}

function likePatterns(words: readonly string[]): string[] {
  return words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
}
