import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import type { Result } from '../helpers/cto.js'

export const bin = path.resolve('bin/cto.js')

/** An environment with nothing of this machine except the path of its programs. */
export function environment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    CTO_HOME: path.join(home, 'cto'),
    // Of compiled code, which all tests share.
    XDG_CACHE_HOME: path.resolve('node_modules/.cto/cache'),
    GIT_CONFIG_GLOBAL: '/dev/null',
  }
}

/** An empty home folder, gone after the last test of the file. */
export function useHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'cto-e2e-'))
  afterAll(() => {
    rmSync(home, { recursive: true, force: true })
  })
  return home
}

interface Running {
  child: ChildProcessWithoutNullStreams
  /** Resolves when this text is on stderr. */
  printed(text: string | RegExp): Promise<void>
  ended: Promise<Result>
}

/** Starts a program; `cto` is `start(process.execPath, [bin, …], …)`. */
export function start(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(program, argv, { env, cwd: env['HOME'] })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()))
  return {
    child,
    printed: async (text) => {
      const isPrinted = () =>
        typeof text === 'string' ? printed.stderr.includes(text) : text.test(printed.stderr)
      while (!isPrinted()) await once(child.stderr, 'data')
    },
    ended: once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, ...printed })),
  }
}

/** The real binary, with its streams in pipes and nothing on stdin. */
export function binary(home: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const { child, ended } = start(process.execPath, ['--', bin, ...argv], { ...environment(home), ...env })
  child.stdin.end()
  return ended
}

/** A line for the shell, in which `cto` is the real binary. */
export function shell(home: string, line: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const cto = `cto() { '${process.execPath}' -- '${bin}' "$@"; }\n`
  const { child, ended } = start('bash', ['-c', `set -o pipefail\n${cto}${line}`], {
    ...environment(home),
    ...env,
  })
  child.stdin.end()
  return ended
}
