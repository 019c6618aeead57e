import { statSync } from 'node:fs'
import path from 'node:path'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'

/** What files of other programs end in: an archive of such a name would be taken for one of theirs. */
const otherEnding = /(?:\.tar)?\.(?:tgz|gz|bz2|xz|zst|zip|7z|sql|dump|pgdump|backup|bak)$/i

/** @throws UsageError for a name that no archive has, unless it is a folder */
export function refuseOtherEnding(ctx: Context, name: string): void {
  if (!otherEnding.test(name) || isFolder(ctx, name)) return
  throw new UsageError(`an archive is no ${path.extname(name)} file`, {
    reason: 'it is a tar whose rows are compressed already: it ends in .tar, encrypted in .age',
    hint: `name it ${name.replace(otherEnding, '.tar')}, or name a folder`,
  })
}

/** @throws UsageError for the name of a file, where a folder takes the archives of workspaces */
export function refuseFileName(ctx: Context, name: string): void {
  if (!(/\.(?:tar|age)$/i.test(name) || otherEnding.test(name)) || isFolder(ctx, name)) return
  throw new UsageError(`"${name}" is the name of a file`, {
    reason: 'each workspace has an archive of its own',
    hint: `--to ${path.dirname(name)}, or another folder`,
  })
}

function isFolder(ctx: Context, name: string): boolean {
  return statSync(path.resolve(ctx.line.cwd, name), { throwIfNoEntry: false })?.isDirectory() ?? false
}
