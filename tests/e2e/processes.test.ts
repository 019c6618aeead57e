import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireLock } from '../../src/engine/embedded/embedded-lock.js'
import { lockOwner } from '../helpers/lock-owner.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()

/** As in the specification with `CTO_TEST_BUGS_EACH=25`, which takes two minutes. */
const bugsEach = Number(process.env['CTO_TEST_BUGS_EACH'] ?? 4)

test('eight processes write at the same time, and nothing is lost', async () => {
  const create = async (title: string) =>
    binary(home, ['bugs', 'create', '--title', title, '-s', 'low', '-f', 'ids', '--lock-timeout', '120'])
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const results = []
    for (let n = 0; n < bugsEach; n++) results.push(await create(`bug ${n} of ${writer}`))
    return results
  })
  const results = (await Promise.all(writers)).flat()
  expect(results.filter(({ exitCode, stderr }) => exitCode !== 0 || stderr.includes('error'))).toEqual([])
  const numbers = results.map(({ stdout }) => stdout)
  expect(new Set(numbers).size).toBe(8 * bugsEach)
  const { stdout } = await binary(home, ['bugs', 'list', '-L', '0', '-f', 'ids', '--sort', 'bugNumber'])
  expect(stdout).toBe(numbers.sort().join(''))
  expect(readdirSync(path.join(home, 'cto'))).not.toContain('db.lock')
}, 240_000)

describe('a command that waits for the database of another', () => {
  const holding = () =>
    acquireLock({
      path: path.join(home, 'cto/db.lock'),
      timeoutSeconds: 60,
      now: () => new Date(),
      owner: lockOwner,
    })

  const waiting = (...flags: string[]) =>
    start(process.execPath, [bin, 'bugs', 'list', ...flags], environment(home))

  test('names its holder and gives up after --lock-timeout: exit 6', async () => {
    const lock = await holding()
    const { exitCode, stdout, stderr } = await waiting('--lock-timeout', '1').ended
    lock.releaseSync()
    expect([exitCode, stdout]).toEqual([6, ''])
    expect(stderr).toContain(
      `waiting for process ${process.pid} (vitest), which holds the embedded database\n`,
    )
    expect(stderr).toContain('error: the embedded database is in use\n')
  })

  test.each([
    ['SIGINT', 130, 'error: interrupted; nothing more was stored\n'],
    ['SIGTERM', 143, 'error: terminated; nothing more was stored\n'],
  ] as const)('ends at once on %s: exit %i', async (signal, exitCode, message) => {
    const lock = await holding()
    const command = waiting('--lock-timeout', '60')
    await command.printed('waiting for process')
    const sentAt = performance.now()
    command.child.kill(signal)
    const result = await command.ended
    lock.releaseSync()
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
    expect(result.stderr).toContain(message)
    expect(performance.now() - sentAt).toBeLessThan(2000)
    expect(existsSync(path.join(home, 'cto/db.lock.queue'))).toBe(false)
  })

  test('continues when it is released', async () => {
    const lock = await holding()
    const command = waiting('--lock-timeout', '60', '-f', 'ids')
    await command.printed('waiting for process')
    lock.releaseSync()
    expect((await command.ended).exitCode).toBe(0)
  })
})
