import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { binary, useHome } from './binary.js'

const home = useHome()

test.each([
  ['thrown', 'throw error'],
  ['rejected', 'void Promise.reject(error)'],
])('what nobody caught is said without secrets: %s', async (name, statement) => {
  // A server that never answers, so that the command is at work when it happens.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const DATABASE_URL = `postgresql://ada:hunter2@127.0.0.1:${port}/cto`
  const bomb = path.join(home, `${name}.mjs`)
  writeFileSync(
    bomb,
    `const error = new Error('no use for hunter2 at ' + process.env.DATABASE_URL)
     setTimeout(() => { ${statement} }, 700)`,
  )
  const env = { DATABASE_URL, NODE_OPTIONS: `--import ${pathToFileURL(bomb).href}`, CTO_DEBUG: '1' }
  const { exitCode, stdout, stderr } = await binary(home, ['bugs', 'list'], env)
  server.close()
  expect([exitCode, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^error: something went wrong that should not\n {2}no use for \*\*\* at postgresql:/)
  expect(stderr).toContain('    at ')
  expect(stderr).not.toContain('hunter2')
})
