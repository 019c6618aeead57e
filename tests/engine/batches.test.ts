import { beforeEach, expect, test } from 'vitest'
import { changeBugs } from '../../src/data/bugs/change-bugs.js'
import { deleteBugs } from '../../src/data/bugs/delete-bugs.js'
import { findBugIds, getBugs } from '../../src/data/bugs/bugs.js'
import { inLockOrder } from '../../src/engine/batches.js'
import type { Db } from '../../src/engine/client.js'
import { Prisma } from '../../src/engine/generated/client.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

/* One statement for everything could not be interrupted on the embedded database. */

const db = useDatabase()

const count = 2500
const actor = { userId: null, userAgent: 'cto/test', now, clock: () => now }

let ids: string[]

beforeEach(async () => {
  await db.sql(
    `INSERT INTO bugs (title, severity, sla_hours, updated_at) SELECT n::text, 'low', 4, $1 FROM generate_series(1, ${count}) n`,
    [now],
  )
  ids = await db.read((tx) => findBugIds(tx, { filter: {}, now }))
  expect(ids).toHaveLength(count)
})

/** The same database, counting the most items in one statement. */
function watched(tx: Db): { tx: Db; most(): number } {
  let most = 0
  const watch =
    <T>(send: (sql: Prisma.Sql) => T) =>
    (texts: readonly string[] | Prisma.Sql, ...values: Prisma.Sql['values']): T => {
      const sql = 'sql' in texts ? texts : Prisma.sql(texts, ...values)
      most = Math.max(most, ...sql.values.map(sizeOf))
      return send(sql)
    }
  const watching = {
    $queryRaw: watch((sql) => tx.$queryRaw(sql)),
    $executeRaw: watch((sql) => tx.$executeRaw(sql)),
  }
  return { tx: watching as unknown as Db, most: () => most }
}

/** Rows are inserted as one text of JSON. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return typeof value === 'string' && value.startsWith('[') ? (JSON.parse(value) as unknown[]).length : 1
}

test('any number of bugs is read in the requested order', async () => {
  const backwards = [...ids].reverse()
  const { bugs, most } = await db.read(async (tx) => {
    const watching = watched(tx)
    return { bugs: await getBugs(watching.tx, { ids: backwards, now }), most: watching.most() }
  })
  expect(bugs.map(({ id }) => id)).toEqual(backwards)
  expect(most).toBe(1000)
})

test('any number of bugs is changed, a thousand at a time', async () => {
  const change = { severity: 'high' } as const
  const most = await db.write(async (tx) => {
    const watching = watched(tx)
    const options = { ids: [...ids, ...ids], change, actor, action: 'bug.update' }
    expect(await changeBugs(watching.tx, options)).toHaveLength(count)
    return watching.most()
  })
  expect(most).toBe(1000)
  const [stored] = await db.sql<{ bugs: number; changes: number; audited: number }>(`
    SELECT
      (SELECT count(*)::int FROM bugs WHERE severity = 'high') AS bugs,
      (SELECT count(*)::int FROM bug_history) AS changes,
      (SELECT count(*)::int FROM audit_log) AS audited`)
  expect(stored).toEqual({ bugs: count, changes: count, audited: count })
})

test('all are changed or none, even if only the last thousand fail', async () => {
  await db.sql(`UPDATE bugs SET status = 'closed', resolved_at = now() WHERE id = $1`, [
    inLockOrder(ids).at(-1),
  ])
  const change = { status: 'in_progress' } as const
  const work = db.write((tx) => changeBugs(tx, { ids, change, actor, action: 'bug.start' }))
  await expect(work).rejects.toMatchObject({ code: 'ILLEGAL_STEP' })
  expect(await db.sql(`SELECT 1 FROM bugs WHERE status = 'in_progress'`)).toEqual([])
})

test('any number of bugs is deleted, a thousand at a time', async () => {
  const most = await db.write(async (tx) => {
    const watching = watched(tx)
    const gone = await deleteBugs(watching.tx, { ids, actor })
    expect(gone.map(({ id }) => id)).toEqual(ids)
    return watching.most()
  })
  expect(most).toBe(1000)
  expect(await db.sql('SELECT 1 FROM bugs')).toEqual([])
  expect(await db.sql(`SELECT 1 FROM audit_log WHERE action = 'bug.delete'`)).toHaveLength(count)
})
