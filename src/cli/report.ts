import { CtoError, Stopped, type ErrorRecord, type ExitCode } from '../errors.js'
import { chalkStyle, plain, type Style } from '../output/style.js'
import { mayColour } from './format.js'
import type { Host } from './host.js'
import type { ProgramOptions } from './global-options.js'

/**
 * A thrown value as the failure that is reported. After an interruption it is the interruption, whatever error followed, unless
 * that has the same code: it then has details of what was stored.
 */
export function failureOf(error: unknown, host: Pick<Host, 'signal'>): CtoError {
  const reason: unknown = host.signal.aborted ? host.signal.reason : null
  if (reason instanceof CtoError)
    return error instanceof CtoError && error.code === reason.code ? error : reason
  if (error instanceof CtoError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC')
    return new CtoError('DISK_FULL', 'the disk is full', { reason: message, cause: error })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new CtoError('NOT_PERMITTED', 'a file may not be read or written', {
      reason: message,
      cause: error,
    })
  }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return new CtoError('UNEXPECTED', 'a file of cto is missing', {
      reason: message,
      hint: 'run it again in case cto was being installed meanwhile; otherwise run npm install again',
      cause: error,
    })
  }
  return new CtoError('UNEXPECTED', 'something went wrong that should not', {
    reason: error instanceof Error ? message : String(error),
    hint: 'run it again with CTO_DEBUG=1 and report what it prints',
    cause: error,
  })
}

type Listener = Pick<Host, 'argv' | 'env' | 'stderr'>

interface ReportTo {
  host: Listener
  flags: ProgramOptions
  /** Takes secrets out of a text: before it becomes JSON, whose keys may equal a password. */
  clean(text: string): string
}

/** Three lines on stderr, or one JSON object for programs. Returns the exit code. */
export async function report(failure: CtoError, { host, flags, clean }: ReportTo): Promise<ExitCode> {
  const { toJsonLine } = await import('../output/json.js')
  const { visible } = await import('../output/visible.js')
  const { message, reason, hint, exitCode } = failure
  if (wantsJson(host, flags)) host.stderr.write(toJsonLine({ error: errorRecord(failure, clean) }))
  else {
    const style = await stderrStyle(host, flags)
    const { wrapRemark } = await import('../output/wrap-remark.js')
    const line = (text: string): string => {
      const shown = shortened(visible(clean(text)))
      return host.stderr.isTerminal ? wrapRemark(shown, host.stderr.width) : shown
    }
    const label = failure instanceof Stopped ? '' : 'error: '
    const start = label && `${style.danger('error:')} `
    // A first word that does not fit beside the label is wrapped, which would indent it.
    host.stderr.write(`${start}${line(`${label}${message}`).slice(label.length).trimStart()}\n`)
    if (reason) host.stderr.write(`${line(`  ${reason}`)}\n`)
    if (hint) host.stderr.write(`${line(`  fix: ${hint}`)}\n`)
  }
  if (host.env['CTO_DEBUG'] === '1') host.stderr.write(`${clean(stacks(failure))}\n`)
  return exitCode
}

/** @param clean takes secrets out of a text */
export function errorRecord(failure: CtoError, clean: (text: string) => string): ErrorRecord {
  const { code, message, reason, hint, exitCode, retryable, data } = failure
  const full = reason === undefined ? message : `${message}: ${reason}`
  return {
    code,
    message: clean(full),
    hint: hint === undefined ? null : clean(hint),
    exitCode,
    retryable,
    ...data,
  }
}

/** No text of cto is longer; longer ones come from a server, or quote the user. */
const longestLine = 4000

function shortened(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line
}

/** Chalk is loaded only if there is something to colour. */
async function stderrStyle({ stderr, env }: Listener, flags: ProgramOptions): Promise<Style> {
  if (!mayColour(stderr, flags, env)) return plain
  const { Chalk } = await import('chalk')
  return chalkStyle(new Chalk({ level: 1 }))
}

function wantsJson(host: Listener, { format, json }: ProgramOptions): boolean {
  // If the line cannot be parsed, its words still show which format the caller reads.
  const asked = json ?? (host.argv.includes('--json') || host.env['CTO_JSON'] === '1')
  return format === undefined ? asked : format === 'json' || format === 'ndjson'
}

function stacks(error: unknown): string {
  const lines: string[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message)
  return lines.join('\ncaused by: ')
}
