import path from 'node:path'
import { CtoError } from '../errors.js'
import type { Context } from '../context.js'

/** A path below CTO_HOME. @throws CtoError NOT_CONFIGURED where there is no home folder */
export function homeFile(ctx: Context, name: string): string {
  const { home } = ctx.line.settings.values
  if (home === null) {
    throw new CtoError('NOT_CONFIGURED', 'there is no home folder', {
      hint: 'set CTO_HOME, or name a folder',
    })
  }
  return path.join(home, name)
}

/** How a command waits for a folder that another process writes to. */
export function folderLock(ctx: Context) {
  const { process, signal } = ctx.line
  const { lockTimeoutMs } = ctx.db.settings()
  return { owner: process, timeoutSeconds: lockTimeoutMs / 1000, now: () => ctx.now(), signal }
}
