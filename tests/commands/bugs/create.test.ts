import { describe, expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto, now, version } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

test('a new bug gets its number, clock and score, and is printed', async () => {
  const flags = ['--title', 'Checkout times out', '-s', 'critical', '--json']
  const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'create', ...flags)
  expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\n`])
  expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({
    bugNumber: 'BUG-1001',
    status: 'pending',
    slaHours: 4,
    slaDueAt: '2026-03-02T13:00:00.000Z',
    slaStoppedAt: null,
    priorityScore: 60,
    priorityPinned: false,
    createdBy: null,
    createdAt: '2026-03-02T09:00:00.000Z',
    updatedAt: '2026-03-02T09:00:00.000Z',
    resolvedAt: null,
  })
})

test('every field has a flag', async () => {
  const ada = await addUser(db, 'ada')
  const grace = await addUser(db, 'grace')
  const shop = await addProject(db, 'shop')
  const flags = {
    '--title': 'Checkout times out',
    '--description': 'Pay, then wait',
    '--severity': 'high',
    '--status': 'shipped',
    '--project': 'shop',
    '--assignee': 'ada',
    '--creator': 'Grace',
    '--sla-hours': '10',
    '--business-impact': 'orders are lost',
    '--revenue-impact': '1200.5',
    '--estimated-hours': '3',
    '--actual-hours': '4.25',
    '--priority': '99',
  }
  const { stdout } = await cto(db, 'bugs', 'create', '--blocker', '--json', ...Object.entries(flags).flat())
  expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({
    title: 'Checkout times out',
    description: 'Pay, then wait',
    severity: 'high',
    status: 'shipped',
    projectId: shop.id,
    assignedToId: ada.id,
    createdById: grace.id,
    slaHours: 10,
    slaStoppedAt: '2026-03-02T09:00:00.000Z',
    businessImpact: 'orders are lost',
    revenueImpact: '1200.50',
    estimatedHours: '3.00',
    actualHours: '4.25',
    isBlocker: true,
    priorityScore: 99,
    priorityPinned: true,
    resolvedAt: '2026-03-02T09:00:00.000Z',
  })
})

test('the acting user is the reporter, and the audit row holds the values but no text', async () => {
  const ada = await addUser(db, 'ada')
  await cto(db, 'bugs', 'create', '--title', 'Ada fell', '--description', 'badly', '-s', 'low', '--as', 'ada')
  const audited = await auditOf(db)
  expect(audited.filter(({ action }) => action.startsWith('bug.'))).toEqual([
    {
      action: 'bug.create',
      entity: 'BUG-1001',
      by: 'ada@example.com',
      agent: `cto/${version}`,
      at: '2026-03-02T09:00:00.000Z',
      details: { values: { severity: 'low', status: 'pending', createdById: ada.id } },
    },
  ])
  expect(await historyOf(db)).toEqual([])
})

test('a bug is created when it is stored, not when the command began to ask for it', async () => {
  let minutes = 0
  const asking = { ...db, now: () => new Date(now.getTime() + minuteMs * minutes++) }
  const { stdout } = await cto(asking, 'bugs', 'create', '--title', 'Ada fell', '-s', 'low', '--json')
  const { data } = JSON.parse(stdout) as { data: { createdAt: string; updatedAt: string } }
  expect(new Date(data.createdAt).getTime()).toBeGreaterThan(now.getTime())
  expect(data.updatedAt).toBe(data.createdAt)
})

test('--dry-run shows the bug and stores nothing', async () => {
  const flags = '--title x -s low --dry-run --json --fields bugNumber,title'.split(' ')
  const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'create', ...flags)
  expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\ndry run: nothing was changed\n`])
  expect(JSON.parse(stdout)).toEqual({ data: { bugNumber: 'BUG-1001', title: 'x', dryRun: true } })
  expect(await db.sql('SELECT id FROM bugs UNION ALL SELECT id FROM audit_log')).toEqual([])
})

describe('without a title or severity', () => {
  test('a pipe gets no questions: exit 2', async () => {
    expect(await cto(db, 'bugs', 'create')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: lines(
        'error: a bug needs --title and --severity',
        '  fix: cto bugs create --title "…" --severity high',
      ),
    })
  })

  test('a person at a terminal is asked', async () => {
    const terminal = { ...db, terminal: 80, stdin: 'Typed by hand\r\r' }
    const { exitCode, stdout } = await cto(
      terminal,
      'bugs',
      'create',
      '-s',
      'low',
      '-f',
      'tsv',
      '--fields',
      'title',
    )
    expect([exitCode, stdout]).toEqual([0, 'title\nTyped by hand\n'])
  })

  test('what was typed while the names were read is what is stored', async () => {
    for (const name of ['Atlas', 'Storefront']) await addProject(db, name)
    const terminal = { ...db, terminal: 80, stdin: 'Typed ahead\rstoref\r\r' }
    const argv = ['bugs', 'create', '-s', 'low', '-f', 'tsv', '--fields', 'project.name', '--no-header']
    const { exitCode, stdout, stderr } = await cto(terminal, ...argv)
    expect([exitCode, stdout]).toEqual([0, 'Storefront\n'])
    expect(stderr).toContain('Project: Storefront, as typed\n')
  })

  test('offers active projects only', async () => {
    await addProject(db, 'Store, old', { status: 'cancelled' })
    await addProject(db, 'Storefront')
    const terminal = { ...db, terminal: 80, stdin: 'A title\rstore\r\r' }
    const argv = ['bugs', 'create', '-s', 'low', '-f', 'tsv', '--fields', 'project.name', '--no-header']
    expect((await cto(terminal, ...argv)).stdout).toBe('Storefront\n')
  })

  test('an empty title is refused at once, and asked for again', async () => {
    const terminal = { ...db, terminal: 80, stdin: '\rSecond try\r\r' }
    const { exitCode, stdout } = await cto(
      ...([
        terminal,
        'bugs',
        'create',
        '-s',
        'low',
        '-f',
        'tsv',
        '--fields',
        'title',
        '--no-header',
      ] as const),
    )
    expect([exitCode, stdout]).toEqual([0, 'Second try\n'])
  })

  test('an empty title among the flags is refused before any question', async () => {
    const terminal = { ...db, terminal: 80, stdin: '' }
    expect(await cto(terminal, 'bugs', 'create', '--title', ' ')).toMatchObject({
      exitCode: 2,
      stderr: 'error: a bug needs a title\n',
    })
  })

  test('with --no-input, or in CI, a terminal gets no questions either', async () => {
    const terminal = { ...db, terminal: 80 }
    expect((await cto(terminal, 'bugs', 'create', '-s', 'low', '--no-input')).exitCode).toBe(2)
    const ci = { ...terminal, env: { ...db.env, CI: 'true' } }
    expect((await cto(ci, 'bugs', 'create', '-s', 'low')).exitCode).toBe(2)
  })
})

test.each([
  ['--severity urgent', 2, 'no severity "urgent"'],
  ['--status done', 2, 'no status "done"'],
  ['--revenue-impact 1e3', 2, '--revenue-impact: not a number: "1e3"'],
  ['--revenue-impact -5', 2, '--revenue-impact: below zero: "-5"'],
  ['--revenue-impact 1.005', 2, '--revenue-impact: too precise: "1.005"'],
  ['--revenue-impact 1000000000000', 2, '--revenue-impact: too large: "1000000000000"'],
  ['--sla-hours 0', 2, '--sla-hours "0" is not a whole number from 1 to 1000000'],
  ['--priority 101', 2, '--priority "101" is not a whole number from 0 to 100'],
  ['--project nowhere', 3, 'no project named "nowhere"'],
  ['--assignee nobody', 3, 'no user "nobody"'],
  ['--as nobody', 3, 'no user "nobody"'],
])('%s is rejected: exit %i, and nothing is stored', async (flags, exitCode, message) => {
  const result = await cto(db, 'bugs', 'create', '--title', 'x', '-s', 'low', ...flags.split(' '))
  expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
  expect(result.stderr).toContain(`error: ${message}\n`)
  expect(await db.sql('SELECT id FROM bugs')).toEqual([])
})
