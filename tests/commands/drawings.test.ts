import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addUser, changeBug, hoursAgo } from '../helpers/factories.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

/** The text below the first empty line. */
const below = (stdout: string) => stdout.split('\n\n')[1] ?? null

async function addExample() {
  const ada = await addUser(db, 'ada')
  const linus = await addUser(db, 'linus')
  for (const days of [1, 5, 5, 40]) {
    await addBug(db, { severity: 'critical', assignedToId: ada.id, at: hoursAgo(24 * days) })
  }
  await addBug(db, { severity: 'low', assignedToId: linus.id, at: hoursAgo(24) })
}

test('ages are drawn as bars, with their text', async () => {
  await addExample()
  const { stdout } = await cto({ ...db, terminal: 100 }, 'metrics', 'aging')
  expect(below(stdout)).toBe(
    lines(
      `0 to 2 days       ${'█'.repeat(40)} 2`,
      `3 to 7 days       ${'█'.repeat(40)} 2`,
      '8 to 14 days      0',
      '15 to 30 days     0',
      `31 to 90 days     ${'█'.repeat(20)} 1`,
      '91 days and more  0',
    ),
  )
})

test('the flow is drawn as lines, with the lowest and highest value', async () => {
  await addExample()
  const { stdout } = await cto({ ...db, terminal: 100 }, 'metrics', 'flow', '--since', '3d')
  expect(below(stdout)).toBe(
    lines(
      'created   ▁▁█▁  lowest 0, highest 2',
      'resolved  ▁▁▁▁  lowest 0, highest 0',
      'backlog   ▅▅██  lowest 3, highest 5',
    ),
  )
})

test('months are drawn as lines from the oldest, those without data left open', async () => {
  const bug = await addBug(db, { at: new Date('2025-12-05T00:00:00Z') })
  await addBug(db, { at: new Date('2025-12-06T00:00:00Z') })
  await changeBug(db, bug, { status: 'closed', at: new Date('2026-01-04T00:00:00Z') })
  await cto(db, 'metrics', 'snapshot', '--backfill', '3', '--yes')
  const { stdout } = await cto({ ...db, terminal: 100 }, 'metrics', 'monthly', '--months', '4')
  expect(below(stdout)).toBe(
    // No cost is known, so none is drawn.
    lines(
      'open  █▅▅▅  lowest 1, highest 2',
      'new   █▁▁▁  lowest 0, highest 2',
      'done  ▁█▁▁  lowest 0, highest 1',
    ),
  )
})

test('a load is drawn by person, in both commands that show it', async () => {
  await addExample()
  for (const command of [
    ['metrics', 'team'],
    ['users', 'workload'],
  ]) {
    const { stdout } = await cto({ ...db, terminal: 120 }, ...command)
    expect(below(stdout)).toBe(lines(`Ada    ${'█'.repeat(40)} 32`, 'Linus  █▎ 1'))
  }
})

test('pipes, files, other formats and the accessible mode have no drawings', async () => {
  await addExample()
  const terminal = { ...db, terminal: 100 }
  const runs = [
    await cto(db, 'metrics', 'aging'),
    await cto(terminal, 'metrics', 'aging', '-f', 'csv'),
    await cto({ ...terminal, env: { ...db.env, CTO_ACCESSIBLE: '1' } }, 'metrics', 'aging'),
    await cto(db, 'users', 'workload'),
  ]
  for (const { stdout } of runs) expect(stdout).not.toMatch(/[▁-█]/)
})
