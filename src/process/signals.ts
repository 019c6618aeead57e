import type { Host } from '../cli/host.js'
import { CtoError } from '../errors.js'

/** The first signal rolls back and disconnects; a second one ends the process at once. */
export function interruptions(): Pick<Host, 'signal' | 'leaveInterrupts'> {
  const controller = new AbortController()
  let others = 0
  const listen = (signal: 'SIGINT' | 'SIGTERM', exitCode: number, reason: CtoError) => {
    process.on(signal, () => {
      if (signal === 'SIGINT' && others > 0) return
      if (controller.signal.aborted) process.exit(exitCode)
      controller.abort(reason)
    })
  }
  listen('SIGINT', 130, new CtoError('INTERRUPTED', 'interrupted; nothing more was stored'))
  listen('SIGTERM', 143, new CtoError('TERMINATED', 'terminated; nothing more was stored'))
  return {
    signal: controller.signal,
    leaveInterrupts: () => {
      others += 1
      return () => {
        others -= 1
      }
    },
  }
}

/** Resolves shortly after the first signal, so that its message can be written first. */
export function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => {
      setTimeout(resolve, 200)
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
}

export function exitCodeOf({ reason }: AbortSignal): number {
  return reason instanceof CtoError ? reason.exitCode : 1
}

/** Replaces Node's own report, which would print passwords in the error. */
export function endUncaught(report: (error: unknown) => Promise<number>): void {
  process.on('uncaughtException', (error) => {
    void report(error).then(
      (exitCode) => {
        process.stderr.write('', () => process.exit(exitCode))
      },
      () => process.exit(1),
    )
  })
}
