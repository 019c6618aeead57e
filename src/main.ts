import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Host } from './cli/host.js'
import { CtoError } from './errors.js'
import { thisProcess } from './process/processes.js'
import { endUncaught, exitCodeOf, interrupted, interruptions } from './process/signals.js'
import { standardError, standardInput, standardOutput } from './process/streams.js'

/** Runs the command line of the process: builds the Host, calls run(), sets the exit code. Only this file reads the clock. */
export async function main(): Promise<void> {
  try {
    await start()
  } catch (error) {
    process.exitCode = await refuse(error)
  }
}

async function start(): Promise<void> {
  const packageRoot = path.dirname(import.meta.dirname)
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  const host: Host = {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: currentFolder(),
    stdin: standardInput(),
    stdout: standardOutput(),
    stderr: standardError(),
    promptStreams: () => ({ input: process.stdin, output: process.stderr }),
    now: () => new Date(),
    process: thisProcess(),
    ...interruptions(),
    onUncaught: endUncaught,
    packageRoot,
    catalogues: path.join(packageRoot, 'dist/catalogue'),
    version,
  }
  // Completion does not load the commands.
  if (host.argv[0] === '__complete')
    await (await import('./cli/complete.js')).complete(host, process.execPath)
  else process.exitCode = await (await import('./cli/run.js')).run(host)
  // Pending output keeps the process alive until it is read, except after Ctrl-C.
  await Promise.race([
    Promise.allSettled([host.stdout.flushed(), host.stderr.flushed()]),
    interrupted(host.signal).then(() => {
      process.exit(exitCodeOf(host.signal))
    }),
  ])
  // A PGlite that failed to start leaves a timer, which must not keep the process alive.
  setTimeout(() => process.exit(), 500).unref()
}

/** Reports a failure before a command started, in the format of all failures. */
async function refuse(error: unknown): Promise<number> {
  const { failureOf, report } = await import('./cli/report.js')
  const { redact, secretsOf } = await import('./cli/redact.js')
  const host = { argv: process.argv.slice(2), env: process.env, stderr: standardError() }
  const secrets = secretsOf(host.env)
  const failure = failureOf(error, { signal: new AbortController().signal })
  return report(failure, {
    host,
    flags: { header: true, input: true, pager: true },
    clean: (text) => redact(text, secrets),
  })
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    throw new CtoError('NOT_FOUND', 'the current folder no longer exists', {
      hint: 'cd to an existing folder',
      cause,
    })
  }
}
