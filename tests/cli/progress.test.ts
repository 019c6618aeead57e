import { expect, test } from 'vitest'
import { sentence } from '../../src/cli/progress.js'

test('a progress line keeps to 78 columns, and the name gives way', () => {
  const done = { count: 1_234_567, share: 0.5, note: '1234 rejected' }
  const line = sentence('importing jira-export-of-the-whole-company-2026.csv', done, 60_000)
  expect(line.length).toBe(78)
  expect(line).toMatch(
    /^importing jira-.*…: 1234567 \[#{4}-{4}\] \(50 %\), 20576\/s, 60 s left, 1234 rejected$/,
  )
})

test('what is read to its end names its phase, not 100 % and 0 s left', () => {
  const line = sentence('importing bugs.csv', { count: 20_000, share: 1, note: 'storing' }, 5000)
  expect(line).toBe('importing bugs.csv: 20000, storing')
})
