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
