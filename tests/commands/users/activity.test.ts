import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCandidates } from '../../../src/data/candidates.js'
import { findCompletionValues } from '../../../src/data/completion-values.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

async function json(...argv: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await cto(db, ...argv, '--json')
  return (JSON.parse(stdout) as { data: Record<string, unknown> }).data
}

describe('cto users deactivate', () => {
  test('keeps the person, names their open bugs, and is audited', async () => {
    const { id } = await addUser(db, 'ada')
    await addBug(db, { assignedToId: id })
    await addBug(db, { assignedToId: id, status: 'closed' })
    const { exitCode, stderr } = await cto(db, 'users', 'deactivate', 'ada')
    expect([exitCode, stderr]).toEqual([
      0,
      lines(
        `target: ${db.target}`,
        '1 open bugs are still assigned to ada@example.com: BUG-1001',
        "hand them over: cto bugs assign --where 'assignee=ada@example.com status=open' --to USER",
      ),
    ])
    expect(await json('users', 'show', 'ada')).toMatchObject({ isActive: false })
    expect(await auditOf(db)).toContainEqual(
      expect.objectContaining({
        action: 'user.update',
        details: { fields: ['isActive'], changes: { isActive: [true, false] } },
      }),
    )
    const again = await cto(db, 'users', 'deactivate', 'ada')
    expect(again.stderr).toContain('ada@example.com is deactivated already; nothing was changed\n')
  })

  test('makes them a person who is assigned no bug until they are activated (exit 2)', async () => {
    await addUser(db, 'ada')
    await addBug(db)
    await cto(db, 'users', 'deactivate', 'ada')
    const commands = [
      ['bugs', 'assign', 'BUG-1001', 'ada'],
      ['bugs', 'update', 'BUG-1001', '--assignee', 'ada'],
      ['bugs', 'create', '--title', 'x', '-s', 'low', '--assignee', 'ada'],
      ['bugs', 'start', 'BUG-1001', '--as', 'ada'],
    ]
    for (const argv of commands) {
      const { exitCode, stderr } = await cto(db, ...argv)
      expect([argv.join(' '), exitCode]).toEqual([argv.join(' '), 2])
      expect(stderr).toContain('ada@example.com is inactive and cannot be assigned a bug\n')
      expect(stderr).toContain('fix: cto users activate ada@example.com\n')
    }
    expect(await cto(db, 'users', 'activate', 'ada')).toMatchObject({ exitCode: 0 })
    expect(await cto(db, 'bugs', 'assign', 'BUG-1001', 'ada')).toMatchObject({ exitCode: 0 })
  })

  test('leaves them out of completion, prompts and the workload of those who have nothing to do', async () => {
    const ada = await addUser(db, 'ada')
    await addUser(db, 'ben')
    await addBug(db, { assignedToId: ada.id })
    const workload = async () => (await cto(db, 'users', 'workload', '-f', 'ids')).stdout
    await cto(db, 'users', 'deactivate', 'ada')
    await cto(db, 'users', 'deactivate', 'ben')
    expect(await workload()).toBe('ada@example.com\n')
    expect((await db.read(findCandidates)).people).toEqual([])
    expect((await db.read(findCompletionValues)).user).toEqual([])
  })
})

test('users show has the last activity, from audit and history', async () => {
  const { id } = await addUser(db, 'ada')
  expect(await json('users', 'show', 'ada')).toMatchObject({ lastActivityAt: null })
  await addBug(db, { at: hoursAgo(3) })
  await cto({ ...db, now: hoursAgo(2) }, 'bugs', 'note', 'BUG-1001', 'seen', '--as', 'ada')
  expect(await json('users', 'show', id)).toMatchObject({ lastActivityAt: hoursAgo(2).toISOString() })
})

test('an import of users brings who is active, and leaves it alone without the column', async () => {
  await addUser(db, 'ben')
  const load = async (...rows: string[]) => {
    await writeFile(path.join(db.folder, 'users.csv'), lines(...rows))
    return cto(db, 'import', 'csv', 'users.csv', '--type', 'users')
  }
  await load(
    'email,name,isActive',
    'ada@example.com,Ada,no',
    'ben@example.com,Ben,false',
    'cleo@example.com,Cleo,',
  )
  const active = () => db.sql('SELECT name, is_active AS active FROM users ORDER BY name')
  const expected = [
    { name: 'Ada', active: false },
    { name: 'Ben', active: false },
    { name: 'Cleo', active: true },
  ]
  expect(await active()).toEqual(expected)
  await load('email,name', 'ada@example.com,Ada')
  expect(await active()).toEqual(expected)
})
