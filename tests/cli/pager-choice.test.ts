import { expect, test } from 'vitest'
import type { Host } from '../../src/cli/host.js'
import { chosenPager } from '../../src/cli/pager-choice.js'

const flags = { header: true, input: true, pager: true }
const values = { pager: null, accessible: false }
const screen = { height: 24, isTerminal: true }

test.each([
  ['less is the default', {}, 'less -FRX'],
  ['PAGER comes before it', { env: { PAGER: 'sh -c cat' } }, 'sh -c cat'],
  [
    'the setting comes first',
    { env: { PAGER: 'more' }, values: { ...values, pager: 'LESS=R less' } },
    'LESS=R less',
  ],
  ['an empty CTO_PAGER disables paging', { env: { CTO_PAGER: '', PAGER: 'less' } }, null],
  ['cat is not used', { env: { PAGER: 'cat' } }, null],
  ['a program that is not installed is not used', { env: { PAGER: 'no-such-pager -R' } }, null],
  ['--no-pager', { flags: { ...flags, pager: false } }, null],
  ['a pipe', { stdout: { height: null, isTerminal: false } }, null],
  ['a pipe that CTO_FORCE_TTY makes a terminal', { stdout: { height: null, isTerminal: true } }, null],
  ['--output', { flags: { ...flags, output: 'x' } }, null],
  ['JSON', { format: 'json' as const }, null],
  ['a dumb terminal', { env: { TERM: 'dumb' } }, null],
  ['CTO_ACCESSIBLE', { values: { ...values, accessible: true } }, null],
  ['CI', { env: { CI: 'true' } }, null],
])('%s', (_, given, pager) => {
  const {
    env = {},
    stdout = screen,
    ...more
  } = given as {
    env?: Record<string, string>
    stdout?: typeof screen
  }
  const input = { host: { stdout } as Host, flags, values, format: 'table' as const, ...more }
  expect(chosenPager({ ...input, env: { PATH: process.env['PATH'] ?? '', ...env } })).toBe(pager)
})
