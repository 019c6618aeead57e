import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

const severities = async () =>
  (await db.sql<{ s: string }>('SELECT severity::text AS s FROM bugs ORDER BY bug_number')).map(({ s }) => s)

describe('one bug', () => {
  test('leaves a history row for each field that changed, the score excepted', async () => {
    await addUser(db, 'ada')
    await addBug(db, { title: 'Checkout times out', severity: 'medium', revenueImpact: '10.00' })
    const changes = ['--title', 'Checkout hangs', '--severity', 'high', '--blocker', '--revenue-impact', '10']
    const shown = ['--fields', 'title,slaHours,priorityScore']
    const { exitCode, stdout } = await cto(db, 'bugs', 'update', '1001', ...changes, '--as', 'ada', ...shown)
    expect([exitCode, stdout]).toEqual([0, lines('title\tslaHours\tpriorityScore', 'Checkout hangs\t24\t57')])
    const row = { bug: 'BUG-1001', note: null, by: 'ada@example.com', at: '2026-03-02T09:00:00.000Z' }
    expect(await historyOf(db)).toEqual([
      { ...row, field: 'title', old: 'Checkout times out', new: 'Checkout hangs' },
      { ...row, field: 'severity', old: 'medium', new: 'high' },
      { ...row, field: 'slaHours', old: '72', new: '24' },
      { ...row, field: 'isBlocker', old: 'false', new: 'true' },
    ])
  })

  test('is audited without texts that people wrote', async () => {
    await addBug(db)
    await cto(
      db,
      'bugs',
      'update',
      '1001',
      '--title',
      'Ada fell',
      '--business-impact',
      'Ada',
      '--priority',
      '7',
    )
    const details = (await auditOf(db)).find(({ action }) => action === 'bug.update')?.details
    expect(details).toEqual({
      fields: ['title', 'businessImpact', 'priorityScore', 'priorityPinned'],
      changes: { priorityScore: ['24', '7'], priorityPinned: ['false', 'true'] },
    })
  })

  test('unsets fields with none', async () => {
    const ada = await addUser(db, 'ada')
    await addBug(db, { assignedToId: ada.id, createdById: ada.id, revenueImpact: '5.00', description: 'x' })
    const fields = ['assignee', 'creator', 'revenue-impact', 'description', 'project', 'estimated-hours']
    const unset = fields.flatMap((field) => [`--${field}`, 'none'])
    const shown = ['--json', '--fields', 'assignedTo,createdBy,revenueImpact,description,project']
    const { stdout } = await cto(db, 'bugs', 'update', '1001', ...unset, ...shown)
    expect(JSON.parse(stdout)).toEqual({
      data: { assignedTo: null, createdBy: null, revenueImpact: null, description: null, project: null },
    })
    expect((await historyOf(db)).map(({ field }) => field)).toEqual([
      'description',
      'assignedToId',
      'createdById',
      'revenueImpact',
    ])
  })

  test('keeps a pinned score until --priority auto', async () => {
    await addBug(db, { severity: 'low' })
    const score = async (...flags: string[]) =>
      (await cto(db, 'bugs', 'update', '1001', ...flags, '--fields', 'priorityScore', '--no-header')).stdout
    expect(await score('--priority', '77')).toBe('77\n')
    expect(await score('--severity', 'critical')).toBe('77\n')
    expect(await score('--priority', 'auto')).toBe('60\n')
  })

  test('cannot be changed if it changed since --if-unchanged: exit 7, with the changes and their users', async () => {
    await addUser(db, 'ada')
    const bug = await addBug(db, { at: hoursAgo(5) })
    await changeBug(db, bug, { severity: 'high', at: hoursAgo(1) })
    await cto(
      { ...db, now: new Date('2026-03-02T08:30:00.001Z') },
      'bugs',
      'update',
      '1001',
      '--sla-hours',
      '9',
      '--as',
      'ada',
    )
    const since = (time: string, ...flags: string[]) =>
      cto(db, 'bugs', 'update', '1001', '-s', 'low', '--if-unchanged', time, ...flags)
    const { exitCode, stdout, stderr } = await since('2026-03-02T07:00:00Z')
    expect([exitCode, stdout]).toEqual([7, ''])
    expect(stderr).toBe(
      lines(
        `target: ${db.target}`,
        'error: BUG-1001 was changed at 2026-03-02T08:30:00.001Z',
        '  severity was medium, is high at 2026-03-02T08:00:00.000Z; slaHours was 72, is 24 at 2026-03-02T08:00:00.000Z; slaHours was 24, is 9 by ada@example.com at 2026-03-02T08:30:00.001Z',
        '  fix: cto bugs history BUG-1001',
      ),
    )
    const json = await since('2026-03-02T08:15:00Z', '--json', '--quiet')
    const { error } = JSON.parse(json.stderr.split('\n').find((line) => line.startsWith('{')) ?? '') as {
      error: object
    }
    expect(error).toMatchObject({
      code: 'CONFLICT',
      changes: [
        { fieldChanged: 'slaHours', oldValue: '24', newValue: '9', changedBy: { email: 'ada@example.com' } },
      ],
    })
    // Half a millisecond before the change, and half a millisecond after it.
    expect((await since('2026-03-02T08:30:00.000500Z')).exitCode).toBe(7)
    expect(await severities()).toEqual(['high'])
    expect((await since('2026-03-02T08:30:00.001500Z')).exitCode).toBe(0)
  })

  test.each([
    ['1001', 2, 'nothing to change'],
    ['1001 --severity urgent', 2, 'no severity "urgent"'],
    ['1001 --title=', 2, 'a bug needs a title'],
    ['1001 --hours=-1', 2, '--hours: below zero: "-1"'],
    ['1001 --id x', 2, "unknown option '--id'"],
    ['7 --severity low', 3, 'no bug "7"'],
    ['--severity low', 2, 'no bug was named'],
  ])('update %s is rejected: exit %i', async (line, exitCode, message) => {
    await addBug(db)
    const result = await cto(db, 'bugs', 'update', ...line.split(' '))
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
    expect(result.stderr).toContain(`error: ${message}\n`)
    expect(await historyOf(db)).toEqual([])
  })
})

describe('several bugs', () => {
  test('are changed all or none', async () => {
    await addBug(db)
    await addBug(db, { status: 'closed' })
    const { exitCode, stderr } = await cto(db, 'bugs', 'update', '1001', '1002', '--sla-hours', '9')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('error: BUG-1002: the SLA of a resolved bug cannot change\n')
    expect(await historyOf(db)).toEqual([])
    expect(await db.sql('SELECT DISTINCT sla_hours AS h FROM bugs')).toEqual([{ h: 72 }])
  })

  test('with --keep-going as many as possible: a result for each in JSON, exit 5', async () => {
    for (const status of ['pending', 'closed', 'pending', 'pending'] as const) await addBug(db, { status })
    await db.sql(`UPDATE bugs SET sla_hours = 9 WHERE bug_number = 'BUG-1003'`)
    const names = ['1001', '1002', '1003', '1004', 'WEB-7']
    const flags = ['--sla-hours', '9', '--keep-going', '--yes', '--quiet']
    const run = (...more: string[]) => cto(db, 'bugs', 'update', ...names, ...flags, ...more)
    const rehearsed = await run('--dry-run', '-f', 'ids')
    expect([rehearsed.exitCode, rehearsed.stdout]).toEqual([5, lines('BUG-1001', 'BUG-1003', 'BUG-1004')])
    const { exitCode, stdout } = await run('--json')
    const { data } = JSON.parse(stdout) as {
      data: Record<string, { code?: string; slaHours?: number } | null>[]
    }
    expect(exitCode).toBe(5)
    expect(data.map(({ name, result, bug, error }) => [name, result, bug?.slaHours, error?.code])).toEqual([
      ['BUG-1001', 'done', 9, undefined],
      ['BUG-1002', 'failed', 72, 'INVALID_VALUE'],
      ['BUG-1003', 'unchanged', 9, undefined],
      ['BUG-1004', 'done', 9, undefined],
      ['WEB-7', 'failed', undefined, 'NOT_FOUND'],
    ])
    const result = await run()
    expect(result.stdout).toBe(
      lines(
        'name\tresult\terror.message',
        'BUG-1001\tunchanged\t',
        'BUG-1002\tfailed\tBUG-1002: the SLA of a resolved bug cannot change',
        'BUG-1003\tunchanged\t',
        'BUG-1004\tunchanged\t',
        'WEB-7\tfailed\tno bug "WEB-7"',
      ),
    )
  })

  test('from a file or stdin, one bug per line', async () => {
    for (let n = 0; n < 2; n++) await addBug(db)
    writeFileSync(path.join(db.folder, 'bugs.txt'), '1001\r\n\nBUG-1002\n')
    await cto(db, 'bugs', 'update', '--from', 'bugs.txt', '-s', 'high')
    expect(await severities()).toEqual(['high', 'high'])
    await cto({ ...db, stdin: '1002\n' }, 'bugs', 'update', '--from', '-', '-s', 'low')
    expect(await severities()).toEqual(['high', 'low'])
    const folder = await cto(db, 'bugs', 'update', '--from', '.', '-s', 'low')
    expect(folder).toMatchObject({ exitCode: 2, stdout: '' })
    expect(folder.stderr).toContain('"." is a folder')
    const missing = await cto(db, 'bugs', 'update', '--from', 'none.txt', '-s', 'low')
    expect(missing.exitCode).toBe(3)
  })

  describe('three or more', () => {
    const three = ['bugs', 'update', '1001', '1002', '1003', '-s', 'low', '-f', 'ids'] as const
    const preview = () => [
      `target: ${db.target}`,
      '  BUG-1001  high  Cart\\x1b[2J',
      '  BUG-1002  high  Cart\\x1b[2J',
      '  BUG-1003  high  Cart\\x1b[2J',
    ]
    const seed = async () => {
      for (let n = 0; n < 3; n++) await addBug(db, { severity: 'high', title: 'Cart\u001b[2J' })
    }

    test('need a yes, after a harmless preview', async () => {
      await seed()
      const { exitCode, stdout, stderr } = await cto(db, ...three)
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toBe(
        lines(...preview(), 'error: confirmation needed to update 3 bugs', '  fix: add --yes'),
      )
      expect(await severities()).toEqual(['high', 'high', 'high'])
    })

    test('are changed with --yes', async () => {
      await seed()
      const { exitCode, stdout, stderr } = await cto(db, ...three, '--yes')
      expect([exitCode, stdout]).toEqual([0, lines('BUG-1001', 'BUG-1002', 'BUG-1003')])
      expect(stderr).toBe(lines(...preview()))
      expect(await severities()).toEqual(['low', 'low', 'low'])
    })

    test('are asked about at a terminal, and Enter alone is not an answer', async () => {
      await seed()
      const answered = (keys: string) => cto({ ...db, terminal: 80, stdin: keys }, ...three)
      expect((await answered('\rn\r')).exitCode).toBe(2)
      expect(await severities()).toEqual(['high', 'high', 'high'])
      expect((await answered('\ry\r')).exitCode).toBe(0)
      expect(await severities()).toEqual(['low', 'low', 'low'])
    })

    test('are shown by --dry-run, and not changed', async () => {
      await seed()
      const { exitCode, stdout } = await cto(db, ...three.slice(0, 7), '--dry-run', '--fields', 'severity')
      expect([exitCode, stdout]).toEqual([0, lines('severity', 'low', 'low', 'low')])
      expect(await severities()).toEqual(['high', 'high', 'high'])
      expect(await historyOf(db)).toEqual([])
      expect(await auditOf(db)).toHaveLength(3)
    })
  })

  test('--where accepts the words of the filters, and always needs a yes', async () => {
    await addBug(db, { severity: 'low', title: 'one two' })
    await addBug(db, { severity: 'high' })
    const where = (filter: string, ...flags: string[]) =>
      cto(db, 'bugs', 'update', '--where', filter, '-s', 'medium', '-f', 'ids', ...flags)
    expect((await where('severity=low')).exitCode).toBe(2)
    expect((await where('severity=low,medium text="one two"', '--yes')).stdout).toBe('BUG-1001\n')
    const nothing = await where('severity=critical')
    expect([nothing.exitCode, nothing.stdout]).toEqual([0, ''])
    expect(nothing.stderr).toContain('no bug matches; nothing was changed\n')
  })

  test.each([
    ['colour=red', '--where cannot read "colour"'],
    ['', '--where is empty'],
    ['assignee=', '"" names nothing'],
    ['text=', '--where cannot read "text"'],
    ['severity=hihg', 'no severity "hihg"'],
  ])('--where %j is rejected', async (filter, message) => {
    const { exitCode, stderr } = await cto(db, 'bugs', 'update', '--where', filter, '-s', 'low', '--yes')
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`error: ${message}\n`)
  })
})
