import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { bin, binary, environment, shell, start, useHome } from './binary.js'

const home = useHome()

const oldKey = { CTO_ENCRYPTION_KEY: '07'.repeat(32) }
const bothKeys = { CTO_ENCRYPTION_KEY: '08'.repeat(32), CTO_ENCRYPTION_KEY_OLD: '07'.repeat(32) }

/** Milliseconds after the database was opened at which a rotation is killed. */
const moments = [0, 10, 25, 60]

test('a rotation that is killed leaves all secrets with the old key, or all with the new one', async () => {
  for (const name of ['a', 'b', 'c']) {
    const set = await shell(home, `printf '%s' value-${name} | cto secrets set ${name}`, oldKey)
    expect(set).toMatchObject({ exitCode: 0 })
  }
  for (const moment of moments) {
    const argv = [bin, 'secrets', 'rotate']
    const rotation = start(process.execPath, argv, { ...environment(home), ...bothKeys })
    await rotation.printed('target: ')
    await sleep(moment)
    rotation.child.kill('SIGKILL')
    await rotation.ended
    const { exitCode, stdout } = await binary(
      home,
      ['secrets', 'check', '--fields', 'state', '--no-header'],
      bothKeys,
    )
    expect(exitCode).toBe(0)
    expect(['old\nold\nold\n', 'current\ncurrent\ncurrent\n']).toContain(stdout)
  }
  const done = await binary(home, ['secrets', 'rotate', '--json'], bothKeys)
  const { data } = JSON.parse(done.stdout) as { data: { rotated: number; unchanged: number } }
  expect(data.rotated + data.unchanged).toBe(3)
}, 240_000)
