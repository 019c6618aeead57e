import type { Context } from '../../context.js'
import { CtoError } from '../../errors.js'

/**
 * The failure of an import of these files. After a signal it names the files of which nothing was stored: each is one
 * transaction; `files` are those that are not stored yet. An error with the signal's code is kept: it has details, such as a commit
 * whose outcome is unknown.
 */
export function importFailure(ctx: Context, error: unknown, files: readonly string[]): unknown {
  const { aborted } = ctx.line.signal
  const reason: unknown = ctx.line.signal.reason
  if (!aborted || !(reason instanceof CtoError) || files.length === 0) return error
  if (error instanceof CtoError && error !== reason && error.code === reason.code) return error
  return new CtoError(
    reason.code,
    `${reason.code.toLowerCase()}; nothing of ${files.join(', ')} was stored`,
    ctx.line.flags.dryRun ? { cause: error } : { hint: 'run it again', cause: error },
  )
}
