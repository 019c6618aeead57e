import { CommanderError, type Command } from 'commander'
import { exitCodes, type ExitCode } from '../errors.js'
import type { Parent } from './child.js'
import { createContext } from './context.js'
import { programOptions, type ProgramOptions } from './global-options.js'
import type { CommandOutcome, Doing } from './handle-input.js'
import { directHelp } from './help-output.js'
import type { Host } from './host.js'
import { lineError, normalise, refuseWrongHelp } from './line.js'
import { buildProgram, effectOf, writes } from './program.js'
import { pageWidth } from './ready-page.js'
import { nameRefusedValues } from './refused-values.js'
import { redacting, secretsIn } from './redact.js'
import { failureOf, report } from './report.js'
import type { CommandSettings } from './settings.js'
import { flushStdout } from './sink.js'
import { seenStdout } from './terminal.js'

/** How long an interrupted command may take to roll back and disconnect. */
const graceMs = 5000

/**
 * Runs one command line to its end, prints what went wrong, and returns the exit code. The one place that catches.
 *
 * @param parent of a line that another one runs
 */
export async function run(found: Host, parent?: Parent): Promise<ExitCode> {
  const world = { ...found, stdout: seenStdout(found.stdout, found.env) }
  const { host, clean, keepSecret } = redacting(world)
  const outcome: CommandOutcome = { exitCode: exitCodes.done }
  const flags: { current: ProgramOptions } = { current: { header: true, input: true, pager: true } }
  const endings: (() => void)[] = []
  let program: Command | undefined
  let settings: CommandSettings | undefined
  let readsOnly = false
  let argv = [...host.argv]
  let doing: Doing = { words: [], effect: 'none' }
  const flagsOf = (program: Command) => {
    const options = programOptions(program)
    return parent?.complete(options) ?? options
  }
  const ctx = createContext({
    host,
    argv: () => argv,
    outcome,
    keepSecret,
    atEnd: (work) => {
      endings.push(work)
    },
    options: () => flags.current,
    readsOnly: () => readsOnly,
    doing: () => doing,
    collect: parent?.collect,
    runIn: async (workspace, argv) => {
      const { runChild } = await import('./child.js')
      const { format } = settings ?? (await read())
      return runChild(run, { host: found, flags: flags.current, format }, { workspace, argv })
    },
    settings: () => {
      if (settings === undefined) throw new Error('settings are used before the line is parsed')
      return settings
    },
  })
  const read = async () => {
    const { readSettings } = await import('./settings.js')
    // Of a line that is wrong, the flags before the mistake.
    if (program !== undefined) flags.current = flagsOf(program)
    settings = readSettings(host, flags.current)
    keepSecret(...secretsIn(settings))
    flags.current = settings.flags
    return settings
  }
  const reportAny = async (error: unknown) => {
    // A line that cannot be parsed is reported in the format of the settings too.
    if (settings === undefined) await read().catch(() => null)
    const failure = failureOf(error, host)
    return parent
      ? parent.fail(failure, clean)
      : report(failure, { host: world, flags: flags.current, clean })
  }
  host.onUncaught(reportAny)
  try {
    argv = await normalise(host.argv)
    program = await buildProgram(argv, ctx, host)
    directHelp(program, {
      write: (text) => {
        host.stdout.write(text)
      },
      width: () => pageWidth(host.stdout),
    })
    await refuseWrongHelp(program, argv)
    nameRefusedValues(program)
    program.hook('preAction', async (_, action) => {
      const { applySettings } = await import('./settings.js')
      applySettings(await read(), action, host)
      const group = action.parent?.name() ?? ''
      const words = group === 'cto' ? [action.name()] : [group, action.name()]
      doing = { words, effect: effectOf(action) }
      readsOnly = !writes(action) && action.parent?.name() !== 'db'
      // The outcome is printed at once: it must not wait for a pager to be closed.
      if (writes(action)) flags.current = { ...flags.current, pager: false }
    })
    await Promise.race([
      parse(program, argv, () => buildProgram(argv, ctx, { version: host.version, ofAll: true })),
      interruption(host.signal),
    ]).finally(() => {
      for (const end of endings) end()
    })
    await flushStdout(host)
    return outcome.exitCode
  } catch (error) {
    return await reportAny(error)
  }
}

/**
 * Help and the version are no failures.
 *
 * @param whole the program with the flags of all verbs of the group, among which a wrong flag is looked for
 */
async function parse(
  program: Command,
  argv: readonly string[],
  whole: () => Promise<Command>,
): Promise<void> {
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw await lineError(error.message, await whole(), argv)
  }
}

/** Rejects when an interrupted command has had its time to clean up. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      setTimeout(() => {
        reject(signal.reason as Error)
      }, graceMs).unref()
    })
  })
}
