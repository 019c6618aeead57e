import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser } from '../../helpers/factories.js'
import { reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()
const at = (hours: number) => ({ ...db, now: new Date(now.getTime() + hours * hourMs) })

async function exported(...flags: string[]): Promise<string> {
  return (await cto(at(1), 'bugs', 'list', '--status', 'all', '-f', 'csv', ...flags)).stdout
}

async function load(hours: number, text: string, ...flags: string[]) {
  await writeFile(path.join(db.folder, 'bugs.csv'), text)
  const result = await cto(at(hours), 'import', 'csv', 'bugs.csv', '--type', 'bugs', '--json', ...flags)
  if (result.stdout === '') throw new Error(result.stderr)
  return { ...result, data: reportIn(result) }
}

describe('our own list of bugs', () => {
  test('comes back unchanged, with every column too', async () => {
    const ada = await addUser(db, 'ada')
    const shop = await addProject(db, 'shop')
    const people = { assignedToId: ada.id, createdById: ada.id, projectId: shop.id }
    await addBug(db, { ...people, severity: 'critical', revenueImpact: '1200.00', labels: ['api', 'web'] })
    await addBug(db, { status: 'closed', description: 'One,\n"two"', isBlocker: true })
    expect((await load(2, await exported())).data).toMatchObject({
      detected: { preset: 'cto' },
      records: 2,
      created: 0,
      updated: 0,
      unchanged: 2,
    })
    const fields =
      'bugNumber,title,description,severity,status,assignedTo,createdBy,project,revenueImpact,isBlocker,labels'
    expect((await load(3, await exported('--fields', fields))).data).toMatchObject({
      updated: 0,
      unchanged: 2,
    })
  })

  test('with --fields all has all that an import reads, here and in another database', async () => {
    const facts =
      'title,description,severity,status,assignedTo,createdBy,project,revenueImpact,businessImpact,isBlocker,labels'
    const dated = `${facts},estimatedHours,actualHours,createdAt,resolvedAt,externalUrl`
    const list = async (...flags: string[]) =>
      (await cto(at(5), 'bugs', 'list', '--status', 'all', '--sort', 'title', '-f', 'csv', ...flags)).stdout
    const [ada, shop] = [await addUser(db, 'ada'), await addProject(db, 'shop')]
    const people = { assignedToId: ada.id, createdById: ada.id, projectId: shop.id }
    await addBug(db, {
      ...people,
      title: 'a',
      severity: 'critical',
      revenueImpact: '1200.00',
      labels: ['api'],
    })
    await addBug(db, {
      title: 'b',
      status: 'closed',
      estimatedHours: '2.50',
      actualHours: '3.00',
      isBlocker: true,
    })
    await db.sql(
      `UPDATE bugs SET external_source = 'jira', external_id = 'A-1', external_uid = '77', created_at = '2026-01-05T06:07:08Z',
         external_url = 'https://example.com/A-1', business_impact = 'high', resolved_at = '2026-01-07T00:00:00Z', updated_at = '2026-02-01T00:00:00Z' WHERE title = 'b'`,
    )
    const before = await list('--fields', dated)
    const whole = await list('--fields', 'all', '--limit', '0')
    expect((await load(2, whole)).data).toMatchObject({ records: 2, updated: 0, unchanged: 2 })
    await db.sql('DELETE FROM bug_history')
    await db.sql('DELETE FROM bugs')
    expect((await load(3, whole, '--source', 'berlin')).data).toMatchObject({ created: 2, rejected: 0 })
    expect(await list('--fields', dated)).toBe(before)
  })

  test('comes back unchanged if it was guarded against spreadsheets', async () => {
    await addBug(db, { title: '-v is ignored', description: "=1+1 is shown as '=1+1" })
    const text = await exported('--fields', 'bugNumber,title,description', '--formula-guard')
    expect(text).toContain("'-v is ignored")
    expect((await load(2, text)).data).toMatchObject({ updated: 0, unchanged: 1 })
  })

  test('changes the bugs that have its numbers, wherever they came from', async () => {
    await addBug(db, { title: 'Checkout' })
    await addBug(db, { title: 'Logo' })
    await db.sql(
      "UPDATE bugs SET external_source = 'jira', external_id = 'A-1' WHERE bug_number = 'BUG-1002'",
    )
    const edited = (await exported('--sort', 'bugNumber'))
      .replace('medium,pending', 'high,in_progress')
      .replace('Logo', 'The logo')
    expect((await load(2, edited)).data).toMatchObject({ created: 0, updated: 2 })
    expect(
      await db.sql(
        'SELECT title, severity::text, external_id AS key, external_updated_at AS at FROM bugs ORDER BY bug_number',
      ),
    ).toMatchObject([
      { key: null, at: null },
      { title: 'The logo', key: 'A-1', at: null },
    ])
  })

  test('has no numbers that are unknown here: they are rejected, or are bugs of another database', async () => {
    await addBug(db, { title: 'Checkout' })
    const text = (await exported()).replace('BUG-1001', 'BUG-7')
    const { exitCode, stderr } = await load(2, text, '--max-errors', '1')
    expect(exitCode).toBe(5)
    expect(stderr).toContain(
      'E_KEY externalId "BUG-7" (no bug has this number here) 1×, first record 1 → --source NAME',
    )
    expect((await load(3, text, '--source', 'berlin')).data).toMatchObject({ created: 1 })
  })
})
