import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()

const port = 40_000 + (process.pid % 20_000)

/** What the page of the studio asks of the process that it came from. */
async function ask(sql: string): Promise<unknown> {
  const response = await fetch(`http://localhost:${port}/bff`, {
    method: 'POST',
    body: JSON.stringify({ procedure: 'query', query: { sql, parameters: [] } }),
  })
  return response.json()
}

async function answered(sql: string): Promise<unknown> {
  for (;;) {
    const answer = await ask(sql).catch(() => null)
    if (answer !== null) return answer
    await sleep(200)
  }
}

test('without Prisma it is exit 4, and says how to install it', async () => {
  const { exitCode, stderr } = await binary(home, ['db', 'studio'], { PATH: '/nowhere' })
  expect(exitCode).toBe(4)
  expect(stderr).toContain('error: Prisma, which has the studio, is not installed here\n')
  expect(stderr).toContain('fix: npm install --no-save prisma@7, then cto db studio\n')
})

test("the user's own Prisma shows the embedded database, while other commands work on it", async () => {
  const env = {
    ...environment(home),
    PATH: `${path.resolve('node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    // Otherwise Prisma would download an engine, which the studio does not need.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  }
  const line = [bin, 'db', 'studio', '--port', String(port), '--browser', 'none']
  const { child, printed, ended } = start(process.execPath, line, env)
  await printed('reports its use to Prisma')
  await answered('SELECT 1')
  const create = ['bugs', 'create', '--title', 'Seen in the studio', '--severity', 'low']
  expect((await binary(home, create)).exitCode).toBe(0)
  expect(await ask('SELECT title FROM bugs')).toEqual([null, [{ title: 'Seen in the studio' }]])
  child.kill('SIGTERM')
  const { exitCode, stdout, stderr } = await ended
  expect(exitCode).toBe(143)
  // The address of the database is in the environment of Prisma alone.
  expect(stdout + stderr).not.toContain('postgresql://')
}, 90_000)
