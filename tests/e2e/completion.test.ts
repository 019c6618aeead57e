import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complete as inProcess } from '../../src/cli/complete.js'
import type { Host } from '../../src/cli/host.js'

const folder = mkdtempSync(path.join(tmpdir(), 'cto-completion-'))
const cache = path.join(folder, 'cache')
const env = {
  PATH: `${folder}:${process.env['PATH'] ?? ''}`,
  HOME: folder,
  XDG_CACHE_HOME: cache,
  CTO_HOME: path.join(folder, 'data'),
  TERM: 'xterm',
  LANG: 'C.UTF-8',
}
const cto = (...argv: string[]) => execFileSync('cto', argv, { env, cwd: folder, encoding: 'utf8' })
const complete = (...words: string[]) => cto('__complete', 'fish', ...words)
const has = (program: string) => spawnSync(program, ['--version']).error === undefined
const hasTmux = spawnSync('tmux', ['-V']).error === undefined

/** Texts that a shell would run, or split into several words or candidates, if inserted unquoted. */
const hostileNames = [
  'web$(touch${IFS}PWNED)',
  'wex`touch PWNED`',
  'wey;touch PWNED;"\'$(touch PWNED)',
  'wez\n$(touch PWNED)',
]

beforeAll(() => {
  // As it is called by shells: by its name, from the path.
  writeFileSync(path.join(folder, 'cto'), `#!/bin/sh\nexec node ${path.resolve('bin/cto.js')} "$@"\n`)
  chmodSync(path.join(folder, 'cto'), 0o755)
  cto('db', 'seed', '--quiet')
  cto(
    'bugs',
    'create',
    '--title',
    'ring\u001b]0;owned\u0007 the bell',
    '-s',
    'critical',
    '--blocker',
    '--quiet',
  )
  for (const name of hostileNames) cto('projects', 'create', '--name', name, '--quiet')
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(path.join(folder, `cto.${shell}`), cto('completion', shell))
  }
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('values of the database', () => {
  test('have titles, escaped, from a cache that only the user can read', async () => {
    complete('bugs', 'show', 'BUG-')
    await expect
      .poll(() => complete('bugs', 'show', 'BUG-10'), { timeout: 15_000 })
      .toContain('BUG-1010\tCheckout')
    expect(complete('bugs', 'show', 'BUG-1011')).toBe('BUG-1011\tring\\x1b]0;owned\\x07 the bell\n')
    expect(complete('bugs', 'list', '-p', 'atl')).toMatch(/^Atlas AI\t/)
    const files = readdirSync(path.join(cache, 'cto'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
    expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(files.map(() => '600'))
  })

  test('print nothing for an unreachable database, and never create one', () => {
    const elsewhere = { ...env, CTO_HOME: path.join(folder, 'nowhere') }
    const dead = { ...env, DATABASE_URL: 'postgresql://nobody:wrong@127.0.0.1:1/none' }
    for (const each of [elsewhere, dead]) {
      const run = spawnSync('cto', ['__complete', 'fish', 'bugs', 'show', ''], {
        env: each,
        encoding: 'utf8',
      })
      expect([run.stdout, run.stderr, run.status]).toEqual(['', '', 0])
    }
    expect(() => readdirSync(path.join(folder, 'nowhere'))).toThrow()
  })
})

test('of a server that never answers take at most a fifth of a second', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `postgresql://ada@127.0.0.1:${port}/cto?connect_timeout=2`
  const silent = { ...env, CTO_DATABASE_URL: url, XDG_CACHE_HOME: path.join(folder, 'silent') }
  let ms = Date.parse('2026-03-02T09:00:00Z')
  const seen = { stdout: '', looks: 0 }
  const host = {
    argv: ['__complete', 'fish', 'bugs', 'show', ''],
    env: silent,
    cwd: folder,
    packageRoot: path.resolve('.'),
    // A machine that takes 20 ms between two looks at the clock: how long it really takes does not matter.
    now: () => {
      seen.looks += 1
      return new Date((ms += 20))
    },
    stdout: { write: (text: string) => void (seen.stdout += text) },
  } as unknown as Host
  const begun = ms
  await inProcess(host, process.execPath)
  server.close()
  expect(seen.stdout).toBe('')
  expect(seen.looks).toBeGreaterThan(5)
  expect(ms - begun).toBeLessThan(300)
})

test('the refresh of the values prints nothing, not even its target', () => {
  const values = path.join(folder, 'values.json')
  const { stdout, stderr, status } = spawnSync('cto', ['completion', 'values', values, '--quiet'], {
    env,
    cwd: folder,
    encoding: 'utf8',
  })
  expect([stdout, stderr, status]).toEqual(['', '', 0])
  expect(JSON.parse(readFileSync(values, 'utf8'))).toHaveProperty('bug')
})

describe('bash', () => {
  /** The candidates for Tab at the end of the line. */
  const tab = (line: string) => {
    const script = `
      source ./cto.bash
      COMP_LINE=$1; COMP_POINT=\${#1}; COMP_TYPE=9
      read -ra COMP_WORDS <<<"$1"; [[ $1 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _cto
      printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script, 'bash', line], {
      env,
      cwd: folder,
      encoding: 'utf8',
    }).trimEnd()
  }

  test('completes verbs, flags, values and names', () => {
    expect(tab('cto bugs reo')).toBe('reopen')
    expect(tab('cto bugs list --sev')).toBe('--severity')
    expect(tab('cto bugs list -s critical,h')).toBe('critical,high')
    expect(tab('cto bugs show BUG-1010')).toBe('BUG-1010')
    expect(tab('cto bugs list -p atl')).toBe('Atlas\\ AI')
  })

  test('quotes unsafe characters, and offers no name with a newline', () => {
    expect(tab('cto bugs list -p we')).toBe(
      [
        'web\\$\\(touch\\$\\{IFS\\}PWNED\\)',
        'wex\\`touch\\ PWNED\\`',
        `wey\\;touch\\ PWNED\\;\\"\\'\\$\\(touch\\ PWNED\\)`,
      ].join('\n'),
    )
  })
})

describe.skipIf(!hasTmux)(hasTmux ? 'in a terminal' : 'in a terminal: tmux is not installed', () => {
  const socket = `cto-names-${process.pid}`
  const tmux = (...argv: string[]) =>
    execFileSync('tmux', ['-L', socket, ...argv], { env, cwd: folder, encoding: 'utf8' })

  afterAll(() => {
    tmux('kill-server')
  })

  const shells = [
    ['bash', 'bash --norc', 'PS1="> "; source ./cto.bash; clear'],
    ['zsh', 'zsh -f', 'PS1="> "; autoload -Uz compinit; compinit -u; source ./cto.zsh; clear'],
    ['fish', 'fish --no-config', 'function fish_prompt; echo -n "> "; end; source cto.fish; clear'],
  ].filter(([shell = '']) => has(shell))

  test.each(shells)(
    '%s runs no name that it completes',
    async (shell = '', command = '', setup = '') => {
      tmux('-f', '/dev/null', 'new-session', '-d', '-s', shell, '-x', '120', '-y', '30', command)
      tmux('send-keys', '-t', shell, setup, 'Enter')
      const screen = () => tmux('capture-pane', '-t', shell, '-p').trim()
      await expect.poll(screen, { timeout: 10_000 }).toBe('>')
      // In open quotes a shell quotes by other rules.
      for (const start of ['web', 'wex', 'wey', ...(shell === 'bash' ? [`"web`, `"wey`, `'wey`] : [])]) {
        tmux('send-keys', '-t', shell, '-l', `cto projects show ${start}`)
        tmux('send-keys', '-t', shell, 'Tab')
        await expect.poll(screen, { timeout: 10_000 }).toContain('PWNED')
        tmux('send-keys', '-t', shell, 'Enter')
        // The project was found: its whole name was inserted.
        await expect.poll(screen, { timeout: 10_000 }).toContain('BY STATUS')
        tmux('send-keys', '-t', shell, 'clear', 'Enter')
        await expect.poll(screen, { timeout: 10_000 }).toBe('>')
      }
      expect(readdirSync(folder)).not.toContain('PWNED')
    },
    60_000,
  )
})

describe.skipIf(!has('fish'))(has('fish') ? 'fish' : 'fish: not installed', () => {
  const tab = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `source cto.fish; complete -C '${line}'`], {
      env,
      cwd: folder,
      encoding: 'utf8',
    }).trimEnd()

  test('completes verbs, flags, values and names, with descriptions', () => {
    expect(tab('cto bugs reo')).toMatch(/^reopen\tReopen /)
    expect(tab('cto bugs list --sev')).toMatch(/^--severity\t/)
    expect(tab('cto bugs show BUG-1010')).toMatch(/^BUG-1010\tCheckout answers 502/)
    expect(tab('cto users show mar')).toMatch(/^mara@example.com\tMara/)
  })
})

const hasZsh = has('zsh') && hasTmux

describe.skipIf(!hasZsh)(hasZsh ? 'zsh' : 'zsh: zsh or tmux is not installed', () => {
  const socket = `cto-${process.pid}`
  const tmux = (...argv: string[]) =>
    execFileSync('tmux', ['-L', socket, ...argv], { env, cwd: folder, encoding: 'utf8' })

  beforeAll(() => {
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '30', 'zsh -f')
    tmux('send-keys', 'PS1="> "; autoload -Uz compinit; compinit -u; source ./cto.zsh; clear', 'Enter')
  })

  afterAll(() => {
    tmux('kill-server')
  })

  test.each([
    ['cto bugs reo', '> cto bugs reopen'],
    ['cto bugs list --sev', '> cto bugs list --severity'],
    ['cto bugs show BUG-1010', '> cto bugs show BUG-1010'],
    ['cto bugs list -p atl', '> cto bugs list -p Atlas\\ AI'],
    ['cto users show mar', '> cto users show mara@example.com'],
  ])('completes %s', async (line, whole) => {
    tmux('send-keys', 'C-u')
    tmux('send-keys', '-l', line)
    tmux('send-keys', 'Tab')
    await expect.poll(() => tmux('capture-pane', '-p').trim(), { timeout: 10_000 }).toContain(whole)
  })
})

test('an unknown shell is rejected with the supported ones', () => {
  const run = spawnSync('cto', ['completion', 'bahs'], { env, encoding: 'utf8' })
  expect([run.status, run.stderr]).toEqual([
    2,
    'error: no shell "bahs"\n  did you mean "bash"?\n  fix: valid: bash, zsh, fish, powershell\n',
  ])
  expect(readFileSync(path.join(folder, 'cto.bash'), 'utf8')).toContain('complete ')
})
