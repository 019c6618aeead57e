import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

test('at 80 columns no two rows of figures read the same, and the heading of a column names its field', async () => {
  for (const flags of [[], ['--delivery', '--force']])
    expect((await cto(db, 'db', 'seed', ...flags)).exitCode).toBe(0)
  for (const words of ['kpis', 'engineering', 'sla', 'sessions', 'delivery --inferred']) {
    const { exitCode, stdout } = await cto({ ...db, terminal: 80 }, 'metrics', ...words.split(' '))
    expect(exitCode).toBe(0)
    const [header = '', ...rows] = stdout.split('\n').filter((line) => line !== '')
    const [from, to] = [header.indexOf('WHAT'), header.indexOf('VALUE') - 1]
    expect(from, words).toBeGreaterThan(0)
    const titles = rows.map((row) =>
      row
        .slice(from, to)
        .replace(/\s{2,}.*$/, '')
        .trim(),
    )
    const repeated = titles.filter((title, at) => titles.indexOf(title) !== at)
    expect([words, repeated]).toEqual([words, []])
  }
  const byHeading = await cto(db, 'metrics', 'delivery', '--fields', 'metric,what', '-f', 'csv')
  expect(byHeading.stdout).toBe(
    (await cto(db, 'metrics', 'delivery', '--fields', 'id,title', '-f', 'csv')).stdout,
  )
  expect(byHeading.stdout).toContain('id,title')
})
