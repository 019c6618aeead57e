import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { binary, useHome } from './binary.js'

const home = useHome()

test('a verb stores what V8 compiled, and this version of Node accepts it in the next run', async () => {
  const code = path.join(home, 'cache/cto/code')
  const run = () => binary(home, ['config', 'path'], { XDG_CACHE_HOME: path.join(home, 'cache') })
  const first = await run()
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  const [build = '', ...others] = readdirSync(code)
  expect(others).toEqual([])
  const runtime = execFileSync(process.execPath, ['-p', 'process.version + "-" + process.arch'])
  expect(build).toContain(`${runtime.toString().trim()}-`)
  // The first run notes the modules of the verb, the second one stores their code.
  const stored = () => statSync(path.join(code, build, 'config-path'))
  const { size } = stored()
  expect(await run()).toEqual(first)
  expect(stored().size).toBeGreaterThan(100 * size)
  // A run whose compiled code is rejected replaces the file.
  const { ino, mtimeMs } = stored()
  expect(await run()).toEqual(first)
  expect(stored()).toMatchObject({ ino, mtimeMs })
})
