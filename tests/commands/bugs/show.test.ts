import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

describe('a bug is named', () => {
  test('by its number, its key in the old tracker or its id, whatever the case', async () => {
    const { id } = await addBug(db)
    await db.sql("UPDATE bugs SET external_source = 'jira', external_id = 'SHOP-7'")
    for (const name of ['BUG-1001', 'bug-1001', '1001', 'SHOP-7', 'shop-7', id, id.toUpperCase()]) {
      const { stdout } = await cto(db, 'bugs', 'show', name, '-f', 'ids')
      expect([name, stdout]).toEqual([name, 'BUG-1001\n'])
    }
  })

  test('by a key that two trackers use: rejected, with both', async () => {
    await addBug(db)
    await addBug(db)
    await db.sql(
      `UPDATE bugs SET external_id = '42', external_source = CASE bug_number WHEN 'BUG-1001' THEN 'jira' ELSE 'linear' END`,
    )
    const { exitCode, stderr } = await cto(db, 'bugs', 'show', '42')
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      lines(
        'error: several bugs are named "42"',
        '  candidates: BUG-1001 (jira 42), BUG-1002 (linear 42)',
        '  fix: name it by its number',
      ),
    )
  })

  test('wrongly: exit 3, in words or as JSON', async () => {
    expect(await cto(db, 'bugs', 'show', '7')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: lines('error: no bug "7"', '  fix: cto bugs list'),
    })
    const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'show', '7', '--json')
    expect([exitCode, stdout]).toEqual([3, ''])
    expect(stderr).toBe(
      '{"error":{"code":"NOT_FOUND","message":"no bug \\"7\\"","hint":"cto bugs list","exitCode":3,"retryable":false}}\n',
    )
  })
})

describe('one bug', () => {
  async function seed() {
    const ada = await addUser(db, 'ada')
    const shop = await addProject(db, 'shop')
    const people = { assignedToId: ada.id, createdById: ada.id, projectId: shop.id }
    const money = { revenueImpact: '1200.00', estimatedHours: '3.50' }
    const texts = { title: 'Checkout times out', description: 'Pay.\n\u001b[31mWait.' }
    const at = hoursAgo(5)
    return addBug(db, { ...people, ...money, ...texts, severity: 'critical', isBlocker: true, at })
  }

  test('is a card on a terminal, with escaped control characters and in the requested zone', async () => {
    await seed()
    const { stdout } = await cto({ ...db, terminal: 80 }, 'bugs', 'show', '1001', '--tz', 'Europe/Berlin')
    expect(stdout).toBe(
      lines(
        'BUG          BUG-1001',
        'TITLE        Checkout times out',
        'SEVERITY     critical',
        'STATUS       pending',
        'PRIO         84',
        'URGENCY      83 (83.0 = priority 63.0 + SLA 20.0 + age 0.0)',
        'SLA          breached, 1 h late: 5.0 h of 4 h used',
        'SLA DUE      2026-03-02 09:00',
        'ASSIGNEE     ada@example.com',
        'CREATED BY   ada@example.com',
        'PROJECT      shop',
        'BLOCKER      yes',
        'REVENUE/DAY  1,200',
        'ESTIMATE H   3.50',
        'CREATED      2026-03-02 05:00',
        'UPDATED      2026-03-02 05:00',
        'DESCRIPTION  Pay.',
        '             \\x1b[31mWait.',
      ),
    )
  })

  test('has every field in JSON: null for no value, decimals as strings, times in UTC', async () => {
    const { id, assignedToId, projectId } = await seed()
    const { stdout } = await cto(db, 'bugs', 'show', '1001', '--json')
    const person = { id: assignedToId, email: 'ada@example.com', name: 'Ada' }
    expect(JSON.parse(stdout)).toEqual({
      data: {
        id,
        bugNumber: 'BUG-1001',
        title: 'Checkout times out',
        description: 'Pay.\n\u001b[31mWait.',
        severity: 'critical',
        status: 'pending',
        assignedToId,
        createdById: assignedToId,
        projectId,
        slaHours: 4,
        slaDueAt: '2026-03-02T08:00:00.000Z',
        slaStoppedAt: null,
        slaBreachedAt: null,
        businessImpact: null,
        revenueImpact: '1200.00',
        isBlocker: true,
        priorityScore: 84,
        priorityPinned: false,
        estimatedHours: '3.50',
        actualHours: null,
        createdAt: '2026-03-02T04:00:00.000Z',
        updatedAt: '2026-03-02T04:00:00.000Z',
        resolvedAt: null,
        externalSource: null,
        externalId: null,
        externalUrl: null,
        externalUid: null,
        externalAliases: [],
        labels: [],
        duplicateOfId: null,
        links: [],
        causedByDeployment: null,
        history: [],
        importId: null,
        assignedTo: person,
        createdBy: person,
        project: { id: projectId, name: 'shop' },
        duplicateOf: null,
        duplicates: [],
        sla: { state: 'breached', usedRatio: 1.25, remainingSeconds: -3600 },
        urgency: 83,
      },
    })
    expect(stdout).not.toContain('\u001b')
  })

  test('has no urgency once it is resolved', async () => {
    await addBug(db, { status: 'closed' })
    const { stdout } = await cto(db, 'bugs', 'show', '1001', '--json', '--fields', 'urgency,sla.state')
    expect(JSON.parse(stdout)).toEqual({ data: { urgency: null, sla: { state: 'met' } } })
  })
})

test('a bug is shown with its last five changes and notes, or with all of them', async () => {
  await addBug(db)
  const run = (hours: number, ...argv: string[]) => cto({ ...db, now: hoursAgo(hours) }, 'bugs', ...argv)
  for (const n of [1, 2, 3, 4, 5]) await run(10 - n, 'note', 'BUG-1001', `note ${n}`)
  await run(1, 'start', 'BUG-1001', '--note', 'begun')
  const onTerminal = (...flags: string[]) => cto({ ...db, terminal: 80 }, 'bugs', 'show', '1001', ...flags)
  const { stdout, stderr } = await onTerminal()
  expect(stdout).toContain(
    lines(
      'HISTORY   2026-03-02 08:00: status pending → in_progress (begun)',
      ...[5, 4, 3, 2].map((n) => `          2026-03-02 0${n - 1}:00: note ${n}`),
    ),
  )
  expect(stderr).toBe('the last 5 changes shown; --all for more\n')
  expect((await onTerminal('--all')).stdout).toContain('00:00: note 1\n')
  expect((await onTerminal('--fields', 'status')).stderr, 'shows no changes').toBe('')
  expect((await onTerminal('--fields', 'status,history')).stderr).toBe(stderr)
  const { data } = JSON.parse((await cto(db, 'bugs', 'show', '1001', '--json')).stdout) as {
    data: { history: { fieldChanged: string; note: string }[] }
  }
  expect(data.history.map(({ note }) => note)).toEqual(['begun', 'note 5', 'note 4', 'note 3', 'note 2'])
})

describe('--web', () => {
  const page = 'https://tracker.example.com/SHOP-7'

  test('opens the page of the tracker on a terminal, and prints the address in a pipe', async () => {
    await addBug(db)
    await db.sql('UPDATE bugs SET external_url = $1', [page])
    const browser = path.join(db.folder, 'browser')
    await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${browser}.opened'\n`, { mode: 0o700 })
    const world = { ...db, env: { ...db.env, BROWSER: browser } }
    expect(await cto(world, 'bugs', 'show', '1001', '--web')).toMatchObject({
      exitCode: 0,
      stdout: `${page}\n`,
    })
    expect(existsSync(`${browser}.opened`)).toBe(false)
    expect(await cto({ ...world, terminal: 80 }, 'bugs', 'show', '1001', '--web')).toMatchObject({
      exitCode: 0,
      stdout: '',
    })
    await expect
      .poll(() => existsSync(`${browser}.opened`) && readFileSync(`${browser}.opened`, 'utf8'))
      .toBe(page)
  })

  test('opens nothing but web pages (exit 3)', async () => {
    await addBug(db)
    expect((await cto(db, 'bugs', 'show', '1001', '--web')).exitCode).toBe(3)
    await db.sql("UPDATE bugs SET external_url = 'javascript:alert(1)'")
    expect((await cto(db, 'bugs', 'show', '1001', '--web')).exitCode).toBe(3)
  })
})
