import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bin, binary, environment, useHome } from './binary.js'

const home = useHome()
const server = `cto-test-${process.pid}`
/** Each line has a terminal of its own. */
let terminals = 0

/** tmux with only these settings. */
function tmux(...argv: string[]): string {
  const env = { ...environment(home), TERM: 'xterm' }
  const { stdout } = spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...argv], { env, encoding: 'utf8' })
  return stdout
}

const isThere = spawnSync('tmux', ['-V']).error === undefined

beforeAll(async () => {
  expect((await binary(home, ['db', 'seed'])).exitCode).toBe(0)
})

beforeEach(({ skip }) => {
  skip(!isThere, 'tmux is not here')
})

afterAll(() => {
  if (isThere) tmux('kill-server')
})

function screen(): string {
  return tmux('capture-pane', '-p', '-t', `${terminals}:`)
}

function press(...keys: string[]): void {
  tmux('send-keys', '-t', `${terminals}:`, ...keys)
}

/** Waits until a text is on the screen. */
async function seen(text: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (screen().includes(text)) return
    await sleep(50)
  }
  throw new Error(`"${text}" does not appear:\n${screen()}`)
}

/** Runs a line in a terminal of its own, and returns its exit code and whether the terminal was restored. */
function inTerminal(line: string) {
  const script = path.join(home, 'line.sh')
  writeFileSync(
    script,
    `stty -g > before\n${line} > out\necho $? > code\nstty -g > after\necho all done\nsleep 60\n`,
  )
  terminals += 1
  tmux('new-session', '-d', '-s', String(terminals), '-x', '100', '-y', '30', '-c', home, `bash ${script}`)
  const read = (name: string) => readFileSync(path.join(home, name), 'utf8')
  return async () => {
    await seen('all done')
    return {
      exitCode: Number(read('code')),
      stdout: read('out'),
      isRestored: read('before') === read('after'),
    }
  }
}

const create = `'${process.execPath}' '${bin}' bugs create -f ids`

describe('in a real terminal', () => {
  test('questions are answered by typing, and stdout has only data', async () => {
    const ended = inTerminal(create)
    await seen('Title:')
    press('Model answers slowly', 'Enter')
    await seen('Severity:')
    press('Enter')
    await seen('Severity: choose one')
    press('Down', 'Down', 'Enter')
    await seen('Project:')
    press('atl')
    await seen('❯ Atlas AI')
    press('Enter')
    await seen('Assignee:')
    press('lena')
    await seen('❯ Lena')
    press('Enter')
    await seen('Description')
    press('Enter')
    const { exitCode, stdout, isRestored } = await ended()
    expect([exitCode, isRestored]).toEqual([0, true])
    const shown = await binary(home, ['bugs', 'show', stdout.trim(), '--json'])
    expect((JSON.parse(shown.stdout) as { data: object }).data).toMatchObject({
      title: 'Model answers slowly',
      severity: 'high',
      project: { name: 'Atlas AI' },
      assignedTo: { email: 'lena@example.com' },
    })
  }, 60_000)

  test.each([
    ['C-c', 'at a question', ['Half a ti'], 'Half a ti'],
    ['C-c', 'in a search', ['Whole', 'Enter', 'Down', 'Enter'], 'Project:'],
    ['C-d', 'at a question', [], 'Title:'],
    ['C-d', 'in a list', ['Whole', 'Enter'], 'Severity:'],
    ['C-d', 'in a search', ['Whole', 'Enter', 'Down', 'Enter'], 'Project:'],
  ])(
    '%s %s leaves nothing behind: exit 130',
    async (left, _, keys, text) => {
      const before = await binary(home, ['bugs', 'list', '-f', 'ids', '-L', '0', '--status', 'all'])
      const ended = inTerminal(create)
      await seen('Title:')
      for (const key of keys) {
        press(key)
        if (key === 'Enter') await sleep(300)
      }
      await seen(text)
      press(left)
      expect(await ended()).toEqual({ exitCode: 130, stdout: '', isRestored: true })
      expect(screen()).toContain('error: interrupted; nothing more was stored\n')
      const after = await binary(home, ['bugs', 'list', '-f', 'ids', '-L', '0', '--status', 'all'])
      expect(after.stdout).toBe(before.stdout)
      expect(readdirSync(path.join(home, 'cto'))).not.toContain('db.lock')
    },
    60_000,
  )
})

test('no progress is drawn over a question; it goes on when that is answered', async () => {
  expect((await binary(home, ['db', 'backup', path.join(home, 'asked.tar')])).exitCode).toBe(0)
  const done = inTerminal(`${process.execPath} ${bin} db restore asked.tar --replace`)
  await seen('embedded to go on:')
  // The spinner would draw its next frame every 80 ms.
  await sleep(400)
  expect(screen()).toMatch(/embedded to go on:\s*$/)
  expect(screen()).not.toContain('restoring rows')
  press('embedded', 'Enter')
  expect(await done()).toMatchObject({ exitCode: 0, isRestored: true })
})
