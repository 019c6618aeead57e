import type { Database } from '../../engine/database.js'
import { UsageError } from '../../errors.js'
import type { Restoration } from '../../shapes/archive.js'
import type { Context, OtherDatabase } from '../../context.js'
import { serverUrl } from '../../flags/database.js'
import { restoredTableView } from '../../views/archive.js'
import { printRestoration } from './print-restoration.js'
import { restoringActor } from './audit.js'
import type { CommandDefinition } from '../definition.js'

interface CopyOptions {
  toUrl?: string
  toProfile?: string
}

export const dbCopyCommand: CommandDefinition = {
  name: 'copy',
  description: 'Copy everything into another, empty database: from the embedded one to a server',
  effect: 'writes',
  output: { list: restoredTableView, document: 'restoration' },
  exitCodes: [3, 7],
  examples: [
    ['cto db copy --to-profile work', 'into the database of a profile; the source stays as it is'],
    ['cto db copy --to-url postgresql://ada@db.example.com/cto --dry-run', 'try it, then roll back'],
  ],
  parameters: (command) =>
    command
      .option('--to-url <url>', 'the database to copy into', serverUrl)
      .option('--to-profile <profile>', 'the profile whose database to copy into'),
  run: copy,
}

async function copy(ctx: Context, options: CopyOptions): Promise<void> {
  const { toUrl, toProfile } = options
  const other = targetOf(options)
  if (toUrl !== undefined && /^\w+:\/\/[^/@]*:[^/@]+@/.test(toUrl)) {
    ctx.out.caution(
      'the password in --to-url is visible to other users of this machine, as in ps; use a profile',
    )
  }
  const restoration = await ctx.db.open('inspect', (source) => copyTo(ctx, source, other), {
    longWork: true,
    interruptible: true,
  })
  await printRestoration(ctx, restoration, 'copied')
  const use = toProfile === undefined ? 'set DATABASE_URL to it' : `cto config set profile ${toProfile}`
  ctx.out.notice(`the source is unchanged; to use the copy from now on: ${use}`)
}

function targetOf({ toUrl, toProfile }: CopyOptions): OtherDatabase {
  if (toUrl !== undefined && toProfile === undefined) return { url: toUrl }
  if (toProfile !== undefined && toUrl === undefined) return { profile: toProfile }
  throw new UsageError('name one database to copy into', {
    hint: '--to-profile work, or --to-url postgresql://…',
  })
}

/** A copy onto itself would wait for its own locks. */
function requireOther(source: Database, target: Database): void {
  if (source.target !== target.target) return
  throw new UsageError('the source and the target are the same database', {
    reason: source.target,
    hint: 'name another database, or another schema: ?schema=copy',
  })
}

/** An archive that is restored while it is written. */
async function copyTo(ctx: Context, source: Database, other: OtherDatabase): Promise<Restoration> {
  const { backUp } = await import('../../admin/archive/back-up.js')
  const { readArchive } = await import('../../admin/archive/read.js')
  const { holdsRows, refuseRows, restoreArchive } = await import('../../admin/archive/restore.js')
  const tool = `cto/${ctx.line.version}`
  const now = ctx.now()
  const progress = ctx.out.progress('copying rows')
  const options = { other, changesTables: true, longWork: true, interruptible: true }
  try {
    return await ctx.db.open(
      'inspect',
      async (target) => {
        ctx.out.caution(`copying to: ${target.target}`)
        requireOther(source, target)
        // Before all of the source is read; the restore looks again, when no other session can write them.
        if (await holdsRows(target)) refuseRows('db.copy')
        let restoration: Restoration | undefined
        await backUp(source, { name: source.name, exclude: [], tool, now }, async (chunks) => {
          restoration = await restoreArchive(target, {
            parts: readArchive(chunks),
            replace: false,
            saveFirst: null,
            dryRun: ctx.line.flags.dryRun,
            action: 'db.copy',
            actorIn: (db) => restoringActor(ctx, db),
            onProgress: (count) => {
              progress.update({ count })
            },
          })
        })
        if (!restoration) throw new Error('an archive that nothing read')
        return restoration
      },
      options,
    )
  } finally {
    progress.end()
  }
}
