import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readyPage, readyScript } from '../../src/cli/ready-page.js'
import { cto, type World } from '../helpers/cto.js'
import { commandTree } from '../helpers/tree.js'
import { binary, useHome } from './binary.js'

/** The build stores help pages, so that help need not load commander: they equal the output of commander. */
const home = useHome()
const world: World = { env: {}, folder: home }
const packageRoot = path.resolve('.')

describe.each([80, 100])('at %i columns', (columns) => {
  test('every page is stored, and equals the printed one', async () => {
    const tree = await commandTree()
    const groups = tree.program.commands
      .filter((group) => group.commands.length > 0)
      .map((group) => group.name())
    const leaves = tree.commands.map((leaf) => leaf.path)
    for (const words of ['', ...groups, ...leaves].map((each) => each.split(' ').filter(Boolean))) {
      const argv = [...words, '--help']
      const { stdout } = await cto({ ...world, terminal: columns }, ...argv)
      expect(readyPage(argv, { packageRoot, stdout: { width: columns } }), argv.join(' ')).toBe(stdout)
    }
  })
})

const lines = [
  [],
  ['-h'],
  ['help'],
  ['bugs'],
  ['bugs', '--help'],
  ['help', 'bugs'],
  ['help', 'bugs', 'list'],
  ['help', 'status'],
  ['help', 'help'],
  ['help', 'filters'],
  ['bugs', 'list', '-h'],
]

test.each(lines.map((line) => [line]))('cto %j is the same page at every width', async (line) => {
  for (const COLUMNS of ['40', '80', '93', '100', '200']) {
    const env = { COLUMNS, FORCE_COLOR: '1', CTO_ACCESSIBLE: '1' }
    expect(await binary(home, line, env)).toEqual(await cto({ ...world, env }, ...line))
  }
})

test.each(['bash', 'zsh', 'fish', 'powershell'])('the script for %s is stored too', async (shell) => {
  const line = ['completion', shell]
  const { stdout } = await cto(world, ...line)
  expect(readyScript(line, { packageRoot, env: {} })).toBe(stdout)
  expect((await binary(home, line)).stdout).toBe(stdout)
  for (const env of [{ CTO_JSON: '1' }, { CTO_FORCE_TTY: '1', CTO_FORMAT: 'json' }])
    expect(JSON.parse((await binary(home, line, env)).stdout)).toEqual({ data: { shell, script: stdout } })
})

test.each([
  ['completion', 'tcsh'],
  ['completion', 'bash', '--json'],
])('cto %s %s is printed by commander', (...line) => {
  expect(readyScript(line, { packageRoot, env: {} })).toBeNull()
})

test.each([
  ['status'],
  ['--help', 'bugs'],
  ['bugs', 'lits', '--help'],
  ['bugs', 'list', 'x', '--help'],
  ['help', '--json'],
  ['help', 'lits'],
  ['_page', '--help'],
  ['--json'],
  ['--versio'],
])('cto %s %s is printed by commander', (...line) => {
  const argv = line.filter(Boolean)
  expect(readyPage(argv, { packageRoot, stdout: { width: 80 } })).toBeNull()
})
