import { describe, expect, test } from 'vitest'
import { statuses, type BugStatus } from '../../../src/domain/bug.js'
import { allowedSteps } from '../../../src/domain/lifecycle.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

const verbs: Record<string, BugStatus> = {
  start: 'in_progress',
  verify: 'verified',
  ship: 'shipped',
  close: 'closed',
  defer: 'deferred',
  reopen: 'pending',
}

const statusOf = async (bug: string) =>
  (await db.sql<{ status: string }>('SELECT status::text FROM bugs WHERE bug_number = $1', [bug]))[0]?.status

/** As the message names a step: `pending (reopen)`. */
const named = (step: BugStatus) => {
  const [verb] = Object.entries(verbs).find(([, to]) => to === step) ?? []
  return `${step} (${String(verb)})`
}

describe.each(Object.entries(verbs))('%s', (verb, to) => {
  test(`leads to ${to} from where the lifecycle allows it, and nowhere else`, async () => {
    await addUser(db, 'ada')
    for (const [at, from] of statuses.entries()) {
      const bug = `BUG-${1001 + at}`
      await addBug(db, { status: from, at: hoursAgo(1) })
      const { exitCode, stderr } = await cto(db, 'bugs', verb, bug)
      const target = `target: ${db.target}`
      const nobody = `${bug} has no assignee, since no acting user is set; --as you@example.com or CTO_USER names you → cto bugs assign ${bug} --to USER`
      const remarks = verb === 'start' ? [nobody] : []
      if (allowedSteps[from].includes(to)) {
        expect([from, exitCode, stderr]).toEqual([from, 0, lines(target, ...remarks)])
        expect(await statusOf(bug)).toBe(to)
      } else if (from === to) {
        const notice = `${bug} already has these values (${to}); nothing was changed`
        expect([from, exitCode, stderr]).toEqual([from, 0, lines(target, notice, ...remarks)])
      } else {
        const refusal = [
          `error: ${bug}: a bug cannot go from ${from} to ${to}`,
          `  fix: from ${from} it can go to ${allowedSteps[from].map(named).join(', ')}; --force overrides`,
        ]
        expect([from, exitCode, stderr]).toEqual([from, 2, lines(target, ...refusal)])
        expect(await statusOf(bug)).toBe(from)
      }
    }
  })
})

test('a step writes one history row and one audit row, with the acting user', async () => {
  await addUser(db, 'ada')
  await addBug(db, { at: hoursAgo(3) })
  await cto(db, 'bugs', 'close', '1001', '--note', 'not a bug', '--as', 'ada')
  const [by, at] = ['ada@example.com', '2026-03-02T09:00:00.000Z']
  expect(await historyOf(db)).toEqual([
    { bug: 'BUG-1001', field: 'status', old: 'pending', new: 'closed', note: 'not a bug', by, at },
  ])
  expect((await auditOf(db)).filter(({ action }) => action === 'bug.close')).toEqual([
    {
      action: 'bug.close',
      entity: 'BUG-1001',
      by,
      agent: 'cto/1.2.3',
      at,
      details: { fields: ['status'], changes: { status: ['pending', 'closed'] } },
    },
  ])
})

test('a step to the present status writes nothing', async () => {
  await addBug(db, { status: 'deferred', at: hoursAgo(3) })
  await cto(db, 'bugs', 'defer', '1001')
  expect(await historyOf(db)).toEqual([])
  expect((await auditOf(db)).map(({ action }) => action)).toEqual(['bug.create'])
  expect(await db.sql('SELECT updated_at AS at FROM bugs')).toEqual([{ at: hoursAgo(3) }])
})

test('start assigns an unassigned bug, and reassigns none', async () => {
  const grace = await addUser(db, 'grace')
  await addUser(db, 'ada')
  await addBug(db)
  await addBug(db, { assignedToId: grace.id })
  const { stdout } = await cto(
    db,
    'bugs',
    'start',
    '1001',
    '1002',
    '--as',
    'ada',
    '--fields',
    'bugNumber,assignedTo',
  )
  expect(stdout).toBe(
    lines('bugNumber\tassignedTo', 'BUG-1001\tada@example.com', 'BUG-1002\tgrace@example.com'),
  )
})

test('start without an acting user lists the bugs that stay unassigned, and how to assign them', async () => {
  const ada = await addUser(db, 'ada')
  for (const assignedToId of [null, ada.id, null]) await addBug(db, { assignedToId })
  const { stderr } = await cto(db, 'bugs', 'start', '1001', '1002', '1003', '--yes', '--keep-going')
  const [, fix = ''] = /^2 bugs have no assignee, .* → cto (.*) --to USER$/m.exec(stderr) ?? []
  expect(fix).toBe('bugs assign BUG-1001 BUG-1003')
  expect((await cto(db, ...fix.split(' '), '--to', 'ada')).exitCode).toBe(0)
  expect((await cto(db, 'bugs', 'start', '1001', '--as', 'ada')).stderr).not.toContain('no assignee')
})

test('shipping sets resolvedAt and stops the clock; reopening clears both and extends the clock', async () => {
  await addBug(db, { status: 'verified', severity: 'critical', at: hoursAgo(3) })
  const times = (stdout: string) =>
    (JSON.parse(stdout) as { data: Record<string, unknown> }).data as { sla: unknown; resolvedAt: unknown }
  const json = ['--json', '--fields', 'slaDueAt,slaStoppedAt,resolvedAt,sla.state']
  const shipped = await cto(db, 'bugs', 'ship', '1001', ...json)
  expect(times(shipped.stdout)).toEqual({
    slaDueAt: '2026-03-02T10:00:00.000Z',
    slaStoppedAt: '2026-03-02T09:00:00.000Z',
    resolvedAt: '2026-03-02T09:00:00.000Z',
    sla: { state: 'met' },
  })
  const twoDaysLater = { ...db, now: new Date('2026-03-04T09:00:00Z') }
  const reopened = await cto(twoDaysLater, 'bugs', 'reopen', '1001', ...json)
  expect(times(reopened.stdout)).toEqual({
    slaDueAt: '2026-03-04T10:00:00.000Z',
    slaStoppedAt: null,
    resolvedAt: null,
    sla: { state: 'on_track' },
  })
})

test('--force allows any step, and the audit row records it', async () => {
  await addBug(db)
  const { exitCode } = await cto(db, 'bugs', 'ship', '1001', '--force')
  expect([exitCode, await statusOf('BUG-1001')]).toEqual([0, 'shipped'])
  const [, shipped] = await auditOf(db)
  expect(shipped).toMatchObject({ action: 'bug.ship', details: { force: true } })
})

test('--hours adds to the booked hours', async () => {
  await addBug(db, { status: 'in_progress', actualHours: '1.25' })
  const { stdout } = await cto(db, 'bugs', 'verify', '1001', '--hours', '2.5', '--fields', 'actualHours')
  expect(stdout).toBe('actualHours\n3.75\n')
  expect((await historyOf(db)).map(({ field, old, new: value }) => [field, old, value])).toEqual([
    ['status', 'in_progress', 'verified'],
    ['actualHours', '1.25', '3.75'],
  ])
})

test('--advance-milestone advances the project of a resolved bug, never past its last milestone', async () => {
  const { id } = await addProject(db, 'shop', { totalMilestones: 1 })
  const reached = async () =>
    (await db.sql<{ n: number }>('SELECT current_milestone AS n FROM projects'))[0]?.n
  await addBug(db, { projectId: id })
  await addBug(db, { projectId: id })
  await cto(db, 'bugs', 'defer', '1001', '--advance-milestone')
  expect(await reached()).toBe(0)
  await cto(db, 'bugs', 'close', '1001', '--advance-milestone')
  expect(await reached()).toBe(1)
  await cto(db, 'bugs', 'close', '1002', '--advance-milestone')
  expect(await reached()).toBe(1)
  const advances = (await auditOf(db)).filter(({ action }) => action === 'project.advance')
  expect(advances.map(({ entity, details }) => [entity, details])).toEqual([
    [id, { currentMilestone: [0, 1] }],
  ])
})
