import { describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'

const db = useDatabase()
const later = { ...db, now: new Date(now.getTime() + hourMs) }

async function show(name: string): Promise<Record<string, unknown>> {
  const { stdout } = await cto({ ...db, now: later.now }, 'bugs', 'show', name, '--json')
  return (JSON.parse(stdout) as { data: Record<string, unknown> }).data
}

async function run(...argv: string[]) {
  return cto({ ...db, now: later.now }, 'bugs', ...argv)
}

describe('bugs duplicate', () => {
  test('closes a bug, and each of the two shows the other', async () => {
    for (const title of ['Checkout', 'Checkout again', 'Logo']) await addBug(db, { title })
    const { exitCode } = await run('duplicate', '1002', '--of', '1001', '--note', 'same stack')
    expect(exitCode).toBe(0)
    expect(await show('1002')).toMatchObject({
      status: 'closed',
      duplicateOf: { bugNumber: 'BUG-1001' },
      duplicates: [],
    })
    expect(await show('1001')).toMatchObject({
      status: 'pending',
      duplicateOf: null,
      duplicates: ['BUG-1002'],
    })
    const { stdout } = await run('history', '1002', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ fieldChanged: 'duplicateOfId', newName: 'BUG-1001', note: 'same stack' }),
      ]) as unknown,
    })
  })

  test('is counted apart by --duplicate and --no-duplicate', async () => {
    for (const title of ['Checkout', 'Checkout again', 'Logo']) await addBug(db, { title })
    await run('duplicate', '1002', '--of', '1001')
    const ids = async (flag: string) =>
      (await run('list', '--status', 'all', '-f', 'ids', flag)).stdout.split('\n')
    expect(await ids('--duplicate')).toEqual(['BUG-1002', ''])
    expect(await ids('--no-duplicate')).toHaveLength(3)
    const kpi = async (...flags: string[]) => {
      const world = { ...db, now: new Date(later.now.getTime() + 1) }
      const { stdout } = await cto(world, 'metrics', 'flow', '--json', ...flags)
      const resolved = [...stdout.matchAll(/"resolved": *(\d+)/g)].map(([, count]) => Number(count))
      return Math.max(...resolved)
    }
    expect([await kpi(), await kpi('--no-duplicate')]).toEqual([1, 0])
  })

  test('refuses a bug as its own duplicate, and a duplicate as the original (exit 2)', async () => {
    for (const title of ['Checkout', 'Checkout again', 'Once more']) await addBug(db, { title })
    await run('duplicate', '1002', '--of', '1001')
    expect(await run('duplicate', '1001', '--of', '1001')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'BUG-1001 cannot be a duplicate of itself\n  fix: name the original, another bug, with --of\n',
      ) as unknown,
    })
    expect(await run('duplicate', '1003', '--of', '1002')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('BUG-1002 is itself a duplicate of BUG-1001') as unknown,
    })
    expect((await run('duplicate', '1003', '--of', '9999')).exitCode).toBe(3)
  })

  test('--of none: it is another bug after all', async () => {
    for (const title of ['Checkout', 'Checkout again']) await addBug(db, { title })
    await run('duplicate', '1002', '--of', '1001')
    await run('duplicate', '1002', '--of', 'none')
    expect(await show('1002')).toMatchObject({ duplicateOf: null, status: 'closed' })
  })

  test('stays a duplicate when it is reopened, with a remark and the command that ends it', async () => {
    for (const title of ['Checkout', 'Checkout again', 'Once more', 'Logo']) await addBug(db, { title })
    await run('duplicate', '1002', '1003', '--of', '1001')
    const { exitCode, stderr } = await run('reopen', '1002')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(
      'BUG-1002 is still a duplicate of BUG-1001 → cto bugs duplicate BUG-1002 --of none\n',
    )
    expect((await run('start', '1002')).stderr).not.toContain('still a duplicate')
    await run('ship', '1002', '--force')
    const both = await run('update', '1002', '1003', '1004', '--status', 'pending', '--yes')
    const [, fix = ''] = /^2 bugs are still duplicates of others → cto bugs (.*)$/m.exec(both.stderr) ?? []
    expect(fix).toBe('duplicate BUG-1002 BUG-1003 --of none')
    expect((await run(...fix.split(' '))).exitCode).toBe(0)
    expect(await show('1003')).toMatchObject({ duplicateOf: null, status: 'pending' })
  })

  test('outlives its original as a bug of its own', async () => {
    for (const title of ['Checkout', 'Checkout again']) await addBug(db, { title })
    await run('duplicate', '1002', '--of', '1001')
    expect((await run('delete', '1001', '--yes')).exitCode).toBe(0)
    expect(await show('1002')).toMatchObject({ duplicateOfId: null, duplicateOf: null })
  })
})

describe('bugs link', () => {
  const wiki = 'https://wiki.example.com/checkout'

  test('adds pages, titles them and removes them', async () => {
    await addBug(db, { title: 'Checkout' })
    await run('link', '1001', wiki)
    await run('link', '1001', 'http://chat.example.com/1', '--title', 'The discussion')
    await run('link', '1001', wiki, '--title', 'How it works')
    expect((await show('1001'))['links']).toEqual([
      { url: wiki, title: 'How it works' },
      { url: 'http://chat.example.com/1', title: 'The discussion' },
    ])
    const { stdout } = await run('show', '1001', '-f', 'list')
    expect(stdout).toContain(`How it works ${wiki}, The discussion http://chat.example.com/1`)
    await run('link', '1001', wiki, '--remove')
    expect((await show('1001'))['links']).toHaveLength(1)
    const history = await db.sql("SELECT count(*)::int AS n FROM bug_history WHERE field_changed = 'links'")
    expect(history).toEqual([{ n: 4 }])
    expect(
      await db.sql("SELECT DISTINCT details->'changes' AS changes FROM audit_log WHERE action = 'bug.link'"),
    ).toEqual([{ changes: {} }])
  })

  test('takes web pages only (exit 2), and removes only what is there (exit 3)', async () => {
    await addBug(db, { title: 'Checkout' })
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'wiki'])
      expect(await run('link', '1001', url)).toMatchObject({ exitCode: 2 })
    expect(await run('link', '1001', wiki, '--remove')).toMatchObject({ exitCode: 3 })
    expect(await run('link', '1001', wiki, '--remove', '--title', 'Wiki')).toMatchObject({ exitCode: 2 })
    expect((await show('1001'))['links']).toEqual([])
  })
})
