import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'

const folder = mkdtempSync(path.join(tmpdir(), 'cto-report-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('a line of an error that quotes a long text is cut', async () => {
  const { exitCode, stderr } = await cto(
    { env: {}, folder },
    'bugs',
    'list',
    '--severity',
    'x'.repeat(60_000),
  )
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/x…\n/)
  expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(4100)
})

test('a long first word of an error follows its label at once on a terminal', async () => {
  const long = `${'x'.repeat(300)}_`
  const { stderr } = await cto({ env: {}, folder, terminal: 40 }, 'workspaces', 'create', long)
  expect(stderr).toContain(`error: "${'x'.repeat(300)}`)
})

test('the lines of an error are broken between words on a terminal, and a command to paste is not', async () => {
  const line = ['bugs', 'list', '--limit', '5', '--status', 'open', '--since', '7d', '--project', 'checkout']
  const { stderr } = await cto({ env: {}, folder, terminal: 40 }, ...line)
  const piped = await cto({ env: {}, folder }, ...line)
  const rest = (text: string) => text.replaceAll(/\s+/g, ' ')
  expect(rest(stderr)).toBe(rest(piped.stderr))
  expect(piped.stderr.split('\n').some((text) => text.length > 40)).toBe(true)
  const long = stderr.split('\n').filter((text) => text.length > 40)
  expect(long.filter((text) => !text.trim().startsWith('cto '))).toEqual([])
})
