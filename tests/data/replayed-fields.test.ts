import { expect, test } from 'vitest'
import { bugsTable } from '../../src/data/bugs/bugs-as-of.js'
import { replayedFields } from '../../src/data/bugs/unreplayable.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

/** The lists of fields for which an as-of query reads the history. */
const read = [...bugsTable(now).sql.matchAll(/field_changed IN \(([^)]+)\)/g)].map(([, list = '']) =>
  words(list),
)

function words(list: string): string[] {
  return [...list.matchAll(/'(\w+)'/g)].map(([, word = '']) => word).sort()
}

test('the index of fields that seldom change holds exactly those that an as-of query reads together', async () => {
  const [index] = await db.sql<{ condition: string }>(`
    SELECT pg_get_expr(indpred, indrelid) AS condition FROM pg_index
    WHERE indexrelid = to_regclass('bug_history_seldom_idx')`)
  expect(words(index?.condition ?? '')).toContain('severity')
  expect(read).toContainEqual(words(index?.condition ?? ''))
})

test('every field whose history is checked is one that an as-of query reads', () => {
  const known = new Set([...read.flat(), 'status'])
  expect(replayedFields.filter((field) => !known.has(field))).toEqual([])
})
