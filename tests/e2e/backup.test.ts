import path from 'node:path'
import { expect, test } from 'vitest'
import { sumsIn } from '../helpers/archives.js'
import { binary, useHome } from './binary.js'

const home = useHome()

async function succeed(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { exitCode, stderr } = await binary(home, argv, env)
  expect([argv.join(' '), exitCode], stderr).toEqual([argv.join(' '), 0])
}

test('an embedded database is backed up, and restored with the same rows', async () => {
  const restored = { CTO_HOME: path.join(home, 'restored') }
  await succeed(['db', 'seed'])
  await succeed(['db', 'backup', 'first.tar'])
  await succeed(['db', 'restore', 'first.tar', '--yes'], restored)
  await succeed(['db', 'backup', 'second.tar'], restored)
  expect(await sumsIn(path.join(home, 'second.tar'))).toEqual(await sumsIn(path.join(home, 'first.tar')))
})
