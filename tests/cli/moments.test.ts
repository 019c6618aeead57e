import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject } from '../helpers/factories.js'

const db = useDatabase()

/** Every kind of door that takes a month, a day, a period or a moment. */
const doors: [string, ...string[]][] = [
  ['metrics', 'diff', '$'],
  ['metrics', 'diff', '2026-01-01', '$'],
  ['metrics', 'snapshot', '--dry-run', '--month', '$'],
  ['metrics', 'kpis', '--as-of', '$'],
  ['metrics', 'flow', '--since', '$'],
  ['metrics', 'flow', '--by', 'month', '--between', '$'],
  ['metrics', 'check', '--fail-on', 'resolution.p90>+10%', '--since', '$'],
  ['metrics', 'sessions', '--between', '$'],
  ['bugs', 'list', '--created', '$'],
  ['bugs', 'list', '--resolved', '..$'],
  ['bugs', 'history', '--since', '$'],
  ['audit', 'list', '--created', '$'],
  ['events', 'list', '--occurred', '$'],
  ['prs', 'list', '--created', '$..'],
  ['sessions', 'stats', '--started', '$'],
  ['sessions', 'start', '--dry-run', '--user', 'none', '--at', '$'],
  ['tools', 'list', '--since', '$'],
  ['db', 'size', '--since', '$'],
  ['bugs', 'update', '1001', '-s', 'low', '--dry-run', '--if-unchanged', '$'],
  ['projects', 'update', 'web', '--dry-run', '--last-commit', '$'],
]

const digits = fc.integer({ min: 0, max: 14 }).map(String)
const year = fc.constantFrom('2022', '0000', '0001', '1499', '9999', '12345', '-2022')
const number = fc.tuple(fc.constantFrom('', '0', 'q', 'W'), digits).map((parts) => parts.join(''))
const nearMoment = fc.oneof(
  fc.tuple(year, fc.constantFrom('-', '/', ''), number).map((parts) => parts.join('')),
  fc
    .tuple(year, number, number, fc.constantFrom('', 'T17:00Z', 'T25:00Z'))
    .map(([y, m, d, t]) => `${y}-${m}-${d}${t}`),
  fc
    .tuple(fc.constantFrom('1', '9999', '0', '12'), fc.constantFrom('h', 'd', 'mo', 'y', 'm', 'q'))
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '+275760-09-13T00:00:00Z',
    'monday',
    'next monday',
    'now',
    '٢٠٢٢-01',
    '2026-01..',
    '..',
    "'",
  ),
)

test.each(doors)('%s %s %s … takes or refuses whatever resembles a moment', async (...line) => {
  await addBug(db)
  await addProject(db, 'web')
  await fc.assert(
    fc.asyncProperty(nearMoment, async (text) => {
      const argv = line.map((word) => (word.startsWith('--') ? word : word.replace('$', text)))
      const { exitCode, stderr } = await cto(db, ...argv, '--json')
      // 8: the gate of metrics check tripped.
      expect([0, 2, 3, 7, 8], stderr).toContain(exitCode)
      expect(stderr).not.toMatch(/NaN|syntax|out of range/)
      if (![0, 8].includes(exitCode))
        expect((JSON.parse(stderr.slice(stderr.indexOf('{'))) as Failure).error.hint).toBeTruthy()
    }),
    { numRuns: 15 },
  )
})

interface Failure {
  error: { hint: string | null }
}

describe('metrics diff', () => {
  test.each([
    ['2022-13', 'no such month: "2022-13"'],
    ['2022-00', 'no such month: "2022-00"'],
    ['2022-1', 'not a period: "2022-1"'],
    ['2022-q5', 'no such quarter: "2022-q5"'],
  ])('refuses %s', async (name, message) => {
    const { exitCode, stderr } = await cto(db, 'metrics', 'diff', name)
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, `error: ${message}`])
  })
})
