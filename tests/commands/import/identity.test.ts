import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const header = 'Issue key,Issue id,Summary,Priority,Status,Created,Updated'
const refund = 'WEB-12,10012,Refund is booked twice,High,Open,2026-01-05 10:00,2026-01-05 10:00'
const search = 'WEB-13,10013,Search is slow,Low,Open,2026-01-06 10:00,2026-01-06 10:00'
const moved = 'API-7,10012,Refund is booked twice,High,Done,2026-01-05 10:00,2026-02-01 10:00'

/** The world, hours later. */
const at = (hours: number) => ({ ...db, now: new Date(now.getTime() + hours * hourMs) })

afterEach(async () => {
  for (const file of ['export.csv', 'export.rejects.csv'])
    await rm(path.join(db.folder, file), { force: true })
})

async function load(hours: number, rows: readonly string[], ...flags: string[]) {
  const result = await importBugs(at(hours), [header, ...rows], ...flags, '--json')
  return { ...result, data: reportIn(result) }
}

async function identities() {
  return db.sql(
    'SELECT bug_number AS bug, external_id AS key, external_uid AS uid, external_aliases AS former FROM bugs ORDER BY bug_number',
  )
}

const bug = (number: number, key: string | null, uid: string | null, ...former: string[]) => ({
  bug: `BUG-${number}`,
  key,
  uid,
  former,
})

describe('a bug that has another key in its tracker', () => {
  test('is the same bug, found by both keys', async () => {
    await load(0, [refund, search])
    const { data, stderr } = await load(1, [moved, search])
    expect(data).toMatchObject({ created: 0, updated: 1, unchanged: 1, renamed: 1, released: 0 })
    expect(stderr).toContain('bugs with a new key; the old one still finds them: 1\n')
    expect(await identities()).toEqual([bug(1001, 'API-7', '10012', 'WEB-12'), bug(1002, 'WEB-13', '10013')])
    for (const name of ['WEB-12', 'web-12', 'API-7', 'https://acme.atlassian.net/browse/WEB-12']) {
      const { stdout } = await cto(at(1), 'bugs', 'show', name, '--json')
      expect(JSON.parse(stdout)).toMatchObject({
        data: { bugNumber: 'BUG-1001', externalId: 'API-7', externalAliases: ['WEB-12'], status: 'closed' },
      })
    }
    expect((await load(2, [moved, search])).data).toMatchObject({ updated: 0, unchanged: 2, renamed: 0 })
  })

  test('has only its key changed where nothing else is new, and the history holds it', async () => {
    await load(0, [refund])
    const { data } = await load(1, [refund.replace('WEB-12', 'API-7')])
    expect(data).toMatchObject({ updated: 1, unchanged: 0, renamed: 1 })
    expect(
      await db.sql('SELECT field_changed AS field, old_value AS was, new_value AS is FROM bug_history'),
    ).toEqual([{ field: 'externalId', was: 'WEB-12', is: 'API-7' }])
  })

  test('keeps the new key where an older export comes later', async () => {
    await load(0, [moved])
    const { data } = await load(1, [refund])
    expect(data).toMatchObject({ created: 0, updated: 1, renamed: 0 })
    expect(await identities()).toEqual([bug(1001, 'API-7', '10012')])
  })

  test('gets its key back by an undo', async () => {
    await load(0, [refund, search])
    const before = await db.sql("SELECT to_jsonb(b) - 'updated_at' AS bug FROM bugs b ORDER BY bug_number")
    const { data } = await load(1, [moved, search])
    const { exitCode } = await cto(at(2), 'import', 'undo', String(data.importId), '--yes')
    expect(exitCode).toBe(0)
    expect(await db.sql("SELECT to_jsonb(b) - 'updated_at' AS bug FROM bugs b ORDER BY bug_number")).toEqual(
      before,
    )
  })

  test('does not get it back where another bug has it by now (exit 7)', async () => {
    await load(0, [refund])
    const { data } = await load(1, [moved])
    await load(2, ['WEB-12,10099,Another,Low,Open,2026-02-02 10:00,2026-02-02 10:00'])
    const { exitCode, stderr } = await cto(at(3), 'import', 'undo', String(data.importId), '--yes')
    expect(exitCode).toBe(7)
    expect(stderr).toContain('error: BUG-1002 has the key WEB-12 by now, which another bug had before\n')
    expect(await identities()).toEqual([bug(1001, 'API-7', '10012', 'WEB-12'), bug(1002, 'WEB-12', '10099')])
  })

  test('can take over the key of a bug of the same file that has moved too', async () => {
    await load(0, [refund, search])
    const swapped = [
      refund.replace('WEB-12', 'WEB-13').replace(/2026-01-05 10:00$/, '2026-02-01 10:00'),
      search.replace('WEB-13', 'WEB-12').replace(/2026-01-06 10:00$/, '2026-02-01 10:00'),
    ]
    const { data } = await load(1, swapped)
    expect(data).toMatchObject({ created: 0, updated: 2, renamed: 2, released: 0 })
    expect(await identities()).toEqual([
      bug(1001, 'WEB-13', '10012', 'WEB-12'),
      bug(1002, 'WEB-12', '10013', 'WEB-13'),
    ])
    expect((await cto(at(2), 'import', 'undo', String(data.importId), '--yes')).exitCode).toBe(0)
    expect(await identities()).toEqual([bug(1001, 'WEB-12', '10012'), bug(1002, 'WEB-13', '10013')])
  })
})

describe('an id that two bugs have', () => {
  const other = 'OPS-1,10012,Disk is full,High,Open,2025-03-03 08:00,2026-02-02 08:00'

  test('is of two sites: the second bug is rejected', async () => {
    await load(0, [refund, search])
    const { exitCode, data, stderr } = await load(1, [other, search], '--max-errors', '1')
    expect(exitCode).toBe(5)
    expect(data).toMatchObject({ created: 0, unchanged: 1, rejected: 1 })
    expect(stderr).toContain(
      'E_UID externalUid "10012" (the id belongs to WEB-12, which was created at another time) 1×',
    )
    expect(stderr).toContain('→ --source NAME for each site')
    expect((await load(2, [other], '--source', 'ops')).data).toMatchObject({ created: 1 })
  })

  test('is rejected in one file too', async () => {
    const { exitCode, data } = await load(0, [refund, other, search], '--max-errors', '1')
    expect(exitCode).toBe(5)
    expect(data).toMatchObject({ created: 2, rejected: 1 })
  })

  test('under two keys in one file is one bug, of which the last record counts', async () => {
    const { exitCode, data } = await load(0, [refund, search, moved])
    expect(exitCode).toBe(0)
    expect(data).toMatchObject({ records: 3, created: 2, duplicates: 1 })
    expect(await identities()).toEqual([bug(1001, 'WEB-13', '10013'), bug(1002, 'API-7', '10012')])
  })
})

describe('a key that passes to another bug', () => {
  test('is kept by the old one as a former key only, and an undo restores it', async () => {
    await load(0, [refund])
    const { data, stderr } = await load(1, [
      'WEB-12,10099,Another,Low,Open,2026-02-02 10:00,2026-02-02 10:00',
    ])
    expect(data).toMatchObject({ created: 1, updated: 0, released: 1 })
    expect(stderr).toContain('bugs whose key now belongs to another bug; it is kept as a former key: 1\n')
    expect(await identities()).toEqual([bug(1001, null, '10012', 'WEB-12'), bug(1002, 'WEB-12', '10099')])
    expect(JSON.parse((await cto(at(1), 'bugs', 'show', 'WEB-12', '--json')).stdout)).toMatchObject({
      data: { bugNumber: 'BUG-1002' },
    })
    expect((await cto(at(2), 'import', 'undo', String(data.importId), '--yes')).exitCode).toBe(0)
    expect(await identities()).toEqual([bug(1001, 'WEB-12', '10012')])
  })
})

describe('a source without immutable ids', () => {
  const plain = (rows: readonly string[]) => rows.map((row) => row.replace(/^([^,]*),[^,]*/, '$1'))
  const loadPlain = async (hours: number, rows: readonly string[]) =>
    reportIn(await importBugs(at(hours), plain([header, ...rows]), '--json'))

  test('knows a bug by its key, then by a key that just one bug had', async () => {
    await load(0, [refund])
    await load(1, [moved])
    expect(await loadPlain(2, [refund])).toMatchObject({ created: 0, updated: 1, renamed: 0 })
    expect(await identities()).toEqual([bug(1001, 'API-7', '10012', 'WEB-12')])
    await load(3, [search.replace('WEB-13', 'WEB-12')])
    await load(4, [search.replace('WEB-13', 'API-8').replace(/2026-01-06 10:00$/, '2026-02-01 10:00')])
    expect(await loadPlain(5, [refund])).toMatchObject({ created: 1 })
  })

  test('learns the ids later, which is no change, and an undo forgets them', async () => {
    await loadPlain(0, [refund, search])
    const { data } = await load(1, [refund, search])
    expect(data).toMatchObject({ updated: 0, unchanged: 2, renamed: 0 })
    expect(await db.sql('SELECT DISTINCT updated_at AS at FROM bugs')).toEqual([{ at: now }])
    expect(await identities()).toEqual([bug(1001, 'WEB-12', '10012'), bug(1002, 'WEB-13', '10013')])
    expect((await cto(at(2), 'import', 'undo', String(data.importId), '--yes')).exitCode).toBe(0)
    expect(await identities()).toEqual([bug(1001, 'WEB-12', null), bug(1002, 'WEB-13', null)])
  })

  test('has ids as keys where the export has no other: the key comes later, and the id stays a former one', async () => {
    await importBugs(db, [header.replace('Issue key,', ''), refund.replace('WEB-12,', '')])
    expect(await identities()).toEqual([bug(1001, '10012', '10012')])
    expect((await load(1, [refund])).data).toMatchObject({ created: 0, renamed: 1 })
    expect(await identities()).toEqual([bug(1001, 'WEB-12', '10012', '10012')])
  })
})

test('a bug that came without a date of creation is found by its id under a new key', async () => {
  const bare = 'Issue key,Issue id,Summary,Priority,Status'
  await importBugs(at(0), [bare, 'WEB-12,10012,Refund is booked twice,High,Open'])
  const { data } = await load(1, [moved])
  expect(data).toMatchObject({ created: 0, updated: 1, renamed: 1 })
  expect(await identities()).toEqual([bug(1001, 'API-7', '10012', 'WEB-12')])
})
