import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, changeBug } from '../../helpers/factories.js'

const db = useDatabase()

test('a window after the last change names one in which something happened', async () => {
  const bug = await addBug(db, { at: new Date('2025-02-10T00:00:00Z') })
  await changeBug(db, bug, { status: 'closed', at: new Date('2025-03-03T12:00:00Z') })
  const hint =
    'nothing happened in this window: the last change was on 2025-03-03; try --between 2025-02-01..2025-03-03\n'
  for (const verb of ['engineering', 'sla', 'flow', 'team']) {
    expect([verb, (await cto(db, 'metrics', verb)).stderr]).toEqual([verb, expect.stringContaining(hint)])
    const busy = await cto(db, 'metrics', verb, '--between', '2025-02-01..2025-03-03')
    expect([verb, busy.exitCode, busy.stderr]).toEqual([
      verb,
      0,
      expect.not.stringContaining('nothing happened'),
    ])
  }
  const report = await cto(db, 'report', '--markdown')
  expect([report.stderr, report.stdout]).toEqual([hint, expect.stringContaining(`Note: ${hint.trim()}.`)])
  expect(
    (
      await cto(
        db,
        'metrics',
        'flow',
        '--between',
        '2025-02-01..2025-03-03',
        '--by',
        'month',
        '--fields',
        'resolved',
        '--no-header',
      )
    ).stdout,
  ).toBe('0\n1\n')
})

test('months after the last change name the command that shows the year before it', async () => {
  const bug = await addBug(db, { at: new Date('2019-02-10T00:00:00Z') })
  await changeBug(db, bug, { status: 'closed', at: new Date('2019-03-03T12:00:00Z') })
  for (const words of [['monthly'], ['snapshot', '--backfill', '11']]) {
    const { stderr } = await cto(db, 'metrics', ...words)
    const [, line = ''] = /the last change was on 2019-03-03; its year: cto (.*)\n/.exec(stderr) ?? []
    expect([words, line]).toEqual([words, 'metrics flow --between 2018-04-01..2019-03-03 --by month'])
    const { stdout } = await cto(db, ...line.split(' '), '--fields', 'resolved', '--no-header')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1')
  }
  expect((await cto(db, 'metrics', 'snapshot')).stderr).not.toContain('the last change')
  await addBug(db)
  expect((await cto(db, 'metrics', 'monthly')).stderr).not.toContain('the last change')
})
