import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commandTree } from '../helpers/tree.js'

const manPages = readdirSync('man').map((name) => `man/${name}`)
const hasMan = spawnSync('man', ['--version']).error === undefined

test('the reference, the man pages and everything else that is generated are up to date', () => {
  const { stderr, status } = spawnSync('node', ['scripts/docs.js', '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
}, 60_000)

test('every command and every flag of its own is in both', async () => {
  for (const { path, command } of (await commandTree()).commands) {
    const [group = ''] = path.split(' ')
    const reference = readFileSync(`docs/reference/${group}.md`, 'utf8')
    const manual = readFileSync(`man/cto-${group}.1`, 'utf8').replaceAll('\\-', '-')
    for (const word of [`cto ${path}`, ...command.options.map(({ long }) => long ?? '')]) {
      expect(reference).toContain(word)
      expect(manual).toContain(word)
    }
  }
})

describe.skipIf(!hasMan)(hasMan ? 'man pages' : 'man pages: man is not installed', () => {
  test.each(manPages)('%s is set without a warning', (page) => {
    const { stdout, stderr } = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', page], {
      encoding: 'utf8',
      env: { ...process.env, MANPAGER: 'cat', MANWIDTH: '100' },
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^CTO/)
  })

  test('commands to type are in them verbatim', () => {
    const env = { ...process.env, MANPAGER: 'cat', MANWIDTH: '120' }
    const text = execFileSync('man', ['-E', 'UTF-8', '-l', 'man/cto-bugs.1'], { encoding: 'utf8', env })
    expect(text).toContain("cto bugs list --status all --severity '!low' --json")
    expect(text).toContain('-L, --limit <n>')
  })
})
