import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Host, OutputStream } from './cli/host.js'
import { readyPage, readyScript } from './cli/ready-page.js'
import { seenStdout } from './cli/terminal.js'
import { CtoError } from './errors.js'
import { thisProcess } from './process/processes.js'
import { endUncaught, exitCodeOf, interrupted, interruptions } from './process/signals.js'
import { standardError, standardInput, standardOutput } from './process/streams.js'

/** Runs the command line of the process: builds the Host, calls run(), sets the exit code. The clock is read here alone. */
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
  const argv = process.argv.slice(2)
  const stdout = standardOutput()
  const answer = readyAnswer(argv, { version, packageRoot, stdout: seenStdout(stdout, process.env) })
  if (answer !== null) {
    stdout.write(answer)
    // A failed write is reported below, where the same text is written once more.
    const isWritten = await stdout.flushed().then(
      () => true,
      () => false,
    )
    if (isWritten) return
  }
  const host: Host = {
    argv,
    env: process.env,
    cwd: currentFolder(),
    stdin: standardInput(),
    stdout,
    stderr: standardError(),
    promptStreams: () => ({ input: process.stdin, output: process.stderr }),
    now: () => new Date(),
    process: thisProcess(),
    signal: interruptions(),
    onUncaught: endUncaught,
    packageRoot,
    catalogues: path.join(packageRoot, 'dist/catalogue'),
    version,
  }
  // For completion the commands are not loaded.
  if (host.argv[0] === '__complete')
    await (await import('./cli/complete.js')).complete(host, process.execPath)
  else process.exitCode = await (await import('./cli/run.js')).run(host)
  // Output on its way keeps the process, for as long as its reader takes; but not after Ctrl-C.
  await Promise.race([
    Promise.allSettled([host.stdout.flushed(), host.stderr.flushed()]),
    interrupted(host.signal).then(() => {
      process.exit(exitCodeOf(host.signal))
    }),
  ])
  // A PGlite that failed to start leaves a timer behind, which must not keep the process.
  setTimeout(() => process.exit(), 500).unref()
}

/** Reports what failed before a command began, in the same words. */
async function refuse(error: unknown): Promise<number> {
  const { failureOf, report } = await import('./cli/report.js')
  const { redact, secretsOf } = await import('./cli/redact.js')
  const host = { argv: process.argv.slice(2), env: process.env, stderr: standardError() }
  const secrets = secretsOf(host.env)
  const failure = failureOf(error, { signal: new AbortController().signal })
  return report(failure, {
    host,
    flags: { header: true, input: true },
    clean: (text) => redact(text, secrets),
  })
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    throw new CtoError('NOT_FOUND', 'the folder that this was started in is gone', {
      hint: 'cd to one that exists',
      cause,
    })
  }
}

/** The version and help pages that the build wrote down: nothing else is loaded for them. */
function readyAnswer(
  argv: readonly string[],
  { version, ...pages }: { version: string; packageRoot: string; stdout: OutputStream },
): string | null {
  if (argv.length === 1 && argv[0] === '--version') return `${version}\n`
  // A terminal may want it in another format, which the settings say.
  const script = pages.stdout.isTerminal ? null : readyScript(argv, { ...pages, env: process.env })
  return script ?? readyPage(argv, pages)
}
