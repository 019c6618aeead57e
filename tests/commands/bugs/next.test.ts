import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findNextBugs } from '../../../src/data/bugs/next-bugs.js'
import { severities } from '../../../src/domain/bug.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const next = async (...argv: string[]) =>
  (await cto(db, 'bugs', 'next', '--fields', 'bugNumber,urgency,urgencyTerms', '--no-header', ...argv)).stdout

test('next lists open bugs that are unassigned or mine, the most urgent first, with the terms', async () => {
  const ada = await addUser(db, 'ada')
  const grace = await addUser(db, 'grace')
  await addBug(db, { severity: 'critical', assignedToId: grace.id })
  await addBug(db, { severity: 'critical', status: 'deferred' })
  await addBug(db, { severity: 'high', at: hoursAgo(24 * 12), revenueImpact: '3500.00', isBlocker: true })
  await addBug(db, { severity: 'critical', assignedToId: ada.id })
  await addBug(db, { severity: 'low' })
  expect(await next('--as', 'ada')).toBe(
    lines('BUG-1003\t73\t52.5+20.0+0.7', 'BUG-1004\t45\t45.0+0.0+0.0', 'BUG-1005\t5\t4.5+0.0+0.0'),
  )
  expect(await next()).toBe(lines('BUG-1003\t73\t52.5+20.0+0.7', 'BUG-1005\t5\t4.5+0.0+0.0'))
  expect(await next('--assignee', 'grace')).toBe(lines('BUG-1001\t45\t45.0+0.0+0.0'))
  expect(await next('--severity', 'low')).toBe(lines('BUG-1005\t5\t4.5+0.0+0.0'))
  const { stdout } = await cto(
    { ...db, terminal: 120 },
    'bugs',
    'next',
    '-L',
    '1',
    '--fields',
    'urgencyTerms',
    '--no-header',
  )
  expect(stdout).toBe('73.2 = priority 52.5 + SLA 20.0 + age 0.7\n')
})

test('by priority and by urgency are two orders, which the commands and cto help priority name', async () => {
  const shop = await addProject(db, 'shop')
  await addBug(db, { severity: 'high', at: hoursAgo(24 * 12), isBlocker: true, projectId: shop.id })
  await addBug(db, { severity: 'critical', projectId: shop.id })
  const first = async (line: string) => /BUG-\d+/.exec((await cto(db, ...line.split(' '))).stdout)?.[0]
  expect(await first('bugs list')).toBe('BUG-1002')
  expect(await first('bugs next')).toBe('BUG-1001')
  expect(await first('projects show shop')).toBe('BUG-1001')
  const { stdout } = await cto(db, 'help', 'priority')
  expect(stdout).toContain('cto bugs list and search order by priority.')
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'cto bugs next, cto projects show and the report order by urgency',
  )
  const list = await cto(db, 'bugs', 'list', '--help')
  expect(list.stdout).toContain('the highest priority first')
})

test('whatever the limit, these are the first of all', async () => {
  const drawn = fc.sample(
    fc.record({
      severity: fc.constantFrom(...severities),
      isBlocker: fc.boolean(),
      at: fc.integer({ min: 0, max: 3000 }).map(hoursAgo),
    }),
    { numRuns: 40, seed: 7 },
  )
  for (const bug of drawn) await addBug(db, bug)
  const first = (limit: number) => db.read((tx) => findNextBugs(tx, { filter: {}, limit, now }))
  const all = await first(0)
  expect(all.map(({ urgency }) => urgency)).toEqual(
    all.map(({ urgency }) => urgency).sort((a, b) => (b ?? 0) - (a ?? 0)),
  )
  expect(all).toHaveLength(40)
  for (const limit of [1, 2, 5, 17, 40, 50]) expect(await first(limit)).toEqual(all.slice(0, limit))
})
