import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GithubServer } from '../helpers/github-server.js'
import { bin, environment, start, useHome } from './binary.js'

const github = new GithubServer()
const home = useHome()

beforeAll(async () => {
  await github.start()
})
afterAll(() => github.stop())

test('more issues than fit in memory are imported, and leave no scratch file', async () => {
  // A character beyond Latin-1 makes two bytes of each: 160 MB, were they all held at once.
  const body = `漢${'.'.repeat(40_000)}`
  const issues = Array.from({ length: 2000 }, (_, n) => ({
    number: n + 1,
    html_url: `https://github.com/acme/web/issues/${n + 1}`,
    title: `Issue ${n + 1}`,
    body,
    state: 'open',
    created_at: '2026-02-01T10:00:00Z',
    updated_at: '2026-02-01T10:00:00Z',
  }))
  github.repositories.set('acme/web', { issues })
  const argv = ['--max-old-space-size=100', bin, 'import', 'github', 'acme/web', '--issues', '--api-url']
  const env = { ...environment(home), TMPDIR: home }
  const { exitCode, stdout, stderr } = await start(process.execPath, [...argv, github.url], env).ended
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('error')])
  expect(stdout).toContain('2,001 records = 2,001 created')
  expect(readdirSync(home)).toEqual(['cto'])
}, 120_000)
