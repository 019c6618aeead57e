import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lines } from '../helpers/lines.js'
import { bin, binary, environment, useHome } from './binary.js'

const home = useHome()
const server = `cto-pager-${process.pid}`
const hasPrograms = ['tmux', 'less'].every(
  (program) => spawnSync(program, [program === 'tmux' ? '-V' : '--version']).error === undefined,
)

function tmux(...argv: string[]): string {
  const env = { ...environment(home), TERM: 'xterm' }
  return spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...argv], { env, encoding: 'utf8' }).stdout
}

/** Each line has a terminal of its own. */
let terminals = 0

const screen = () => tmux('capture-pane', '-p', '-t', `${terminals}:`)
const press = (key: string) => tmux('send-keys', '-t', `${terminals}:`, key)

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return
    await sleep(50)
  }
  throw new Error(`${what} does not come:\n${screen()}`)
}

/** Runs a line in a terminal of 24 lines; `code` then has its exit code. */
function inTerminal(line: string, variables = ''): void {
  rmSync(path.join(home, 'code'), { force: true })
  const script = path.join(home, 'line.sh')
  writeFileSync(script, `${variables} '${process.execPath}' -- '${bin}' ${line}\necho $? > code\nsleep 60\n`)
  terminals += 1
  tmux('new-session', '-d', '-s', String(terminals), '-x', '100', '-y', '24', '-c', home, `bash ${script}`)
}

async function exitCode(): Promise<number> {
  const file = path.join(home, 'code')
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 'the exit code')
  return Number(readFileSync(file, 'utf8'))
}

beforeAll(async () => {
  if (!hasPrograms) return
  const rows = Array.from({ length: 1200 }, (_, n) => `Bug ${n},low`)
  writeFileSync(path.join(home, 'bugs.csv'), lines('title,severity', ...rows))
  expect((await binary(home, ['import', 'csv', 'bugs.csv', '--type', 'bugs'])).exitCode).toBe(0)
}, 60_000)

beforeEach(({ skip }) => {
  skip(!hasPrograms, 'tmux or less is not here')
})

afterAll(() => {
  if (hasPrograms) tmux('kill-server')
})

describe('the pager', () => {
  test.each(['bugs list -L 60', 'bugs list -L 0'])(
    '%s is shown from its beginning; Ctrl-C is for the pager, q leaves it, and the command ends well',
    async (line) => {
      inTerminal(line)
      await until(() => /^BUG +SEVERITY/.test(screen()) && /^:$/m.test(screen().trim()), 'the first page')
      // A reader may stay: another command needs the database meanwhile.
      expect((await binary(home, ['bugs', 'list', '-L', '1'])).exitCode).toBe(0)
      press('C-c')
      await sleep(200)
      expect(existsSync(path.join(home, 'code'))).toBe(false)
      press('q')
      expect(await exitCode()).toBe(0)
      expect(screen()).not.toContain('interrupted')
    },
    60_000,
  )

  test('short output, --no-pager and JSON are printed at once', async () => {
    for (const line of ['bugs list -L 5', 'bugs list -L 60 --no-pager', 'bugs list -L 60 --json']) {
      inTerminal(line)
      expect([line, await exitCode()]).toEqual([line, 0])
    }
  }, 60_000)

  test('the exit code is that of the command, also when the pager ends at once', async () => {
    const gates = Array.from({ length: 30 }, (_, limit) => `--max open.total=${limit}`)
    inTerminal(`metrics check ${gates.join(' ')}`, 'CTO_PAGER="head -1"')
    expect(await exitCode()).toBe(8)
    expect(screen()).toMatch(/^GATE .*\n\n/)
    inTerminal('bugs list -L 0', 'CTO_PAGER="head -1"')
    expect(await exitCode()).toBe(0)
    expect(screen()).toContain('BUG ')
  }, 60_000)
})
