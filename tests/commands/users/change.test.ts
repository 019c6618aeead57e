import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'
import { storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

describe('cto users update', () => {
  test('sets the given fields; the audit log names them and holds nothing personal', async () => {
    const { id } = await addUser(db, 'ada', { avatarUrl: 'https://example.com/ada.png', at: hoursAgo(9) })
    const flags = ['--email', ' Ada.King@Example.com ', '--role', 'qa-engineer', '--avatar-url', 'none']
    const { exitCode, stdout } = await cto(db, 'users', 'update', 'ada', ...flags, '--json')
    expect(exitCode).toBe(0)
    expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({
      id,
      email: 'ada.king@example.com',
      name: 'Ada',
      role: 'qa_engineer',
      avatarUrl: null,
      updatedAt: '2026-03-02T09:00:00.000Z',
    })
    const [, audit] = await auditOf(db)
    expect(audit).toMatchObject({
      action: 'user.update',
      entity: id,
      details: { fields: ['email', 'role', 'avatarUrl'], changes: { role: ['engineer', 'qa_engineer'] } },
    })
    expect(JSON.stringify(audit)).not.toContain('king')
  })

  test('rejects an address that another has, in any case, and a concurrent change: exit 7', async () => {
    await addUser(db, 'ada')
    await addUser(db, 'grace')
    const taken = await cto(db, 'users', 'update', 'ada', '--email', 'GRACE@example.com')
    expect([taken.exitCode, taken.stderr]).toEqual([
      7,
      lines(
        `target: ${db.target}`,
        'error: there is a user grace@example.com already',
        '  fix: cto users show grace@example.com',
      ),
    ])
    const late = await cto(db, 'users', 'update', 'ada', '--name', 'A', '--if-unchanged', '2026-03-01')
    expect(late.exitCode).toBe(7)
    expect(await db.sql(`SELECT name FROM users WHERE email LIKE 'ada%'`)).toEqual([{ name: 'Ada' }])
  })

  test('to the present values changes nothing', async () => {
    await addUser(db, 'ada', { at: hoursAgo(9) })
    const { exitCode, stderr } = await cto(db, 'users', 'update', 'ada', '--email', 'ADA@example.com')
    expect([exitCode, stderr]).toEqual([
      0,
      lines(`target: ${db.target}`, 'ada@example.com already has these values; nothing was changed'),
    ])
    expect(await db.sql('SELECT updated_at AS at FROM users')).toEqual([{ at: hoursAgo(9) }])
  })

  test.each([
    [['--name', ' '], 2, 'a user needs a name'],
    [['--email', 'ada'], 2, 'not an email address: "ada"'],
    [['--role', 'none'], 2, 'no role "none"'],
    [[], 2, 'nothing to change'],
  ])('with %j is exit %i', async (flags, code, message) => {
    await addUser(db, 'ada')
    const { exitCode, stderr } = await cto(db, 'users', 'update', 'ada', ...flags)
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(`error: ${message}\n`)])
  })

  test('two that set one address at the same time: one gets it, the other exits 7', async () => {
    await addUser(db, 'ada')
    await addUser(db, 'grace')
    const results = await Promise.all(
      ['ada', 'grace'].map((name) => cto(db, 'users', 'update', name, '--email', 'new@example.com')),
    )
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 7])
  })
})

describe('cto users delete', () => {
  test('leaves bugs, history and audit rows, without the person', async () => {
    const ada = await addUser(db, 'ada')
    const grace = await addUser(db, 'grace')
    const both = await addBug(db, { assignedToId: ada.id, createdById: ada.id, at: hoursAgo(3) })
    await addBug(db, { assignedToId: grace.id, createdById: ada.id, at: hoursAgo(3) })
    await addBug(db, { assignedToId: ada.id, status: 'closed', at: hoursAgo(3) })
    await cto(db, 'bugs', 'start', both.bugNumber, '--as', 'ada')
    const before = await auditOf(db)
    const { exitCode, stdout, stderr } = await cto(db, ...'users delete ada --as ada --yes -f ids'.split(' '))
    expect(stderr).toContain('\ndeleted the user ada@example.com\n')
    expect([exitCode, stdout]).toEqual([0, 'ada@example.com\n'])
    expect(
      await db.sql('SELECT bug_number AS bug, assigned_to_id AS a, created_by_id AS c FROM bugs ORDER BY 1'),
    ).toEqual([
      { bug: 'BUG-1001', a: null, c: null },
      { bug: 'BUG-1002', a: grace.id, c: null },
      { bug: 'BUG-1003', a: null, c: null },
    ])
    const history = (await historyOf(db)).map(({ bug, field, old, new: after, by }) => [
      bug,
      field,
      old,
      after,
      by,
    ])
    expect(history.sort()).toEqual(
      [
        ['BUG-1001', 'status', 'pending', 'in_progress', null],
        ['BUG-1001', 'assignedToId', ada.id, null, null],
        ['BUG-1001', 'createdById', ada.id, null, null],
        ['BUG-1002', 'createdById', ada.id, null, null],
        ['BUG-1003', 'assignedToId', ada.id, null, null],
      ].sort(),
    )
    const audit = await auditOf(db)
    expect(audit).toHaveLength(before.length + 4)
    expect(audit.filter(({ by }) => by === 'ada@example.com')).toEqual([])
    expect(audit.filter(({ action }) => action === 'user.delete')).toMatchObject([
      { entity: ada.id, by: null, details: { role: 'engineer', bugs: 3 } },
    ])
  })

  test('leaves sessions without the person, or deletes them with what tools did in them', async () => {
    for (const user of ['ada@example.com', 'grace@example.com']) {
      await addUser(db, user.split('@')[0] ?? user)
      const times = { start: '2026-03-01T09:00:00Z', end: '2026-03-01T10:00:00Z' }
      const sessionId = await storeSession(db, { user, ...times, source: 'cto' })
      await db.sql(
        `INSERT INTO tool_events (source, key, session_id, tool_name, tool_category, at)
         VALUES ('cto', $1, ($1::text)::uuid, 'Read', 'file', '2026-03-01T09:10:00Z')`,
        [sessionId],
      )
    }
    const asked = await cto(db, 'users', 'delete', 'ada', '--with-sessions')
    expect(asked.stderr).toContain('delete the user ada@example.com, deleting 1 session')
    const kept = await cto(db, 'users', 'delete', 'grace')
    expect(kept.stderr).toContain('delete the user grace@example.com, leaving 1 session without them')
    expect(await cto(db, 'users', 'delete', 'ada', '--with-sessions', '--yes')).toMatchObject({ exitCode: 0 })
    expect(await cto(db, 'users', 'delete', 'grace', '--yes')).toMatchObject({ exitCode: 0 })
    expect(await db.sql('SELECT user_id FROM metrics_sessions')).toEqual([{ user_id: null }])
    expect(await db.sql('SELECT 1 FROM tool_events')).toHaveLength(1)
    const actions = (await auditOf(db)).map(({ action }) => action)
    expect(actions.filter((action) => action.endsWith('.delete')).sort()).toEqual([
      'session.delete',
      'user.delete',
      'user.delete',
    ])
  })

  test('needs confirmation, and prints its dependents', async () => {
    const ada = await addUser(db, 'ada')
    const bug = await addBug(db)
    await changeBug(db, bug, { assignedToId: ada.id })
    const { exitCode, stderr } = await cto(db, 'users', 'delete', 'ada')
    expect([exitCode, stderr]).toEqual([
      2,
      lines(
        `target: ${db.target}`,
        'error: confirmation needed to delete the user ada@example.com, leaving 1 bug without them',
        '  fix: add --yes',
      ),
    ])
    await cto(db, 'users', 'delete', 'ada', '--dry-run')
    expect(await db.sql('SELECT email FROM users')).toEqual([{ email: 'ada@example.com' }])
  })
})
