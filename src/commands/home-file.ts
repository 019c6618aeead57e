import { access, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { CtoError } from '../errors.js'
import { fileFailure } from '../files/file-failure.js'
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

/**
 * Creates the folder that a line names, where it is missing, but no parents of it: those are missing where the path is wrong.
 * In a dry run it only looks for the parent.
 *
 * @throws CtoError NOT_FOUND, NOT_PERMITTED
 */
export async function createNamedFolder(ctx: Context, folder: string): Promise<void> {
  try {
    if (ctx.line.flags.dryRun) {
      await access(path.dirname(folder))
    } else {
      await mkdir(folder, { mode: 0o700 })
      ctx.out.notice(`created the folder ${folder}`)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileFailure(error, folder)
  }
}

/** How a command waits for a folder that another process writes to. */
export function folderLock(ctx: Context) {
  const { process, signal } = ctx.line
  const { lockTimeoutMs } = ctx.db.settings()
  return { owner: process, timeoutSeconds: lockTimeoutMs / 1000, now: () => ctx.now(), signal }
}

/** The same, of a folder of archives, which a dry run leaves as it is. */
export function archiveFolderUse(ctx: Context) {
  return { ...folderLock(ctx), dryRun: ctx.line.flags.dryRun }
}
