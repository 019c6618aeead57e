import path from 'node:path'
import type { Command } from 'commander'
import type { ArchiveManifest, Backup } from '../../shapes/archive.js'
import type { EncryptionKeys } from '../../admin/archive/age.js'
import type { Retention } from '../../admin/archive/retention.js'
import type { Database } from '../../engine/database.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { integerBetween, list } from '../../flags/options.js'
import { backupView } from '../../views/archive.js'
import { refuseOtherEnding } from '../archive-target.js'
import { addEncryption, encryptionKeys, type EncryptionOptions } from '../archive-keys.js'
import { auditIfPossible } from './audit.js'
import { folderLock, homeFile } from '../home-file.js'
import type { CommandDefinition } from '../definition.js'

interface BackupOptions extends EncryptionOptions {
  name?: string
  exclude?: string[]
  list?: true
  replica?: true
  keep?: number
  keepDaily?: number
  keepWeekly?: number
  keepMonthly?: number
  keepYearly?: number
}

/** The flags, with the keys that they name; null: not encrypted. */
interface Asked extends BackupOptions {
  keys: EncryptionKeys | null
}

const count = integerBetween(1, 10_000)

/** @throws UsageError for an empty one, as of a variable that is not set */
function archiveName(name: string): string {
  if (name.trim() !== '') return name
  throw new UsageError('must not be empty', { hint: 'leave it out for the name of the database' })
}

export const dbBackupCommand: CommandDefinition = {
  name: 'backup',
  description:
    'Write an archive of all but workspaces: one file that cto restores, and tar, gunzip and psql too',
  effect: 'writes',
  output: { list: backupView },
  exitCodes: [3, 5],
  examples: [
    ['cto db backup', 'into the folder backups of CTO_HOME'],
    ['cto db backup /mnt/backups --keep-daily 7 --keep-weekly 5 --keep-monthly 12', 'for cron'],
    ['cto db backup - | ssh archive "cat > cto.tar"', 'the archive itself on stdout'],
    ['cto db backup --recipient age1… --keep 30', 'encrypted; cron needs no secret'],
    ['cto db backup --replica', 'from the standby; the audit row goes to the primary'],
    ['cto db backup --list', 'what is there, and when it was verified'],
    ['cto workspaces backup --all --to /mnt/backups', 'the workspaces, which are not in it'],
  ],
  parameters: (command) =>
    addRetention(
      addEncryption(
        command
          .argument('[target]', 'a folder, a file that ends in .tar or .age, or - for stdout')
          .optionsGroup('What:')
          .option('--name <name>', 'in the names of files; default: the name of the database', archiveName)
          .option(
            '--exclude <tables>',
            'leave out tables that no other points to; such an archive is partial',
            list,
          )
          .option('--replica', 'read the standby of READ_DATABASE_URL, and spare the primary')
          .option('--list', 'write nothing: list the archives of the folder'),
      ),
    ),
  run: backup,
}

function addRetention(command: Command): Command {
  return command
    .optionsGroup('Afterwards, remove archives of this name that none of these keeps:')
    .option('--keep <n>', 'the last n', count)
    .option('--keep-daily <n>', 'the last of each of n days, by --tz', count)
    .option('--keep-weekly <n>', 'the last of each of n weeks', count)
    .option('--keep-monthly <n>', 'the last of each of n months', count)
    .option('--keep-yearly <n>', 'the last of each of n years', count)
}

async function backup(ctx: Context, target: string | undefined, options: BackupOptions): Promise<void> {
  const retention = retentionOf(options)
  const file = target !== undefined && /\.(tar|age)$/.test(target) ? path.resolve(ctx.line.cwd, target) : null
  const hasFolder = target !== '-' && file === null
  if (!hasFolder && (retention !== null || options.list)) {
    throw new UsageError(`--${options.list ? 'list' : 'keep'} needs a folder`, {
      hint: 'name the folder instead of a file',
    })
  }
  if (hasFolder && target !== undefined) refuseOtherEnding(ctx, target)
  const asked = { ...options, keys: await encryptionKeys(ctx, options) }
  if (target === '-') return toStdout(ctx, asked)
  if (file !== null) {
    if (file.endsWith('.age') && asked.keys === null) {
      throw new UsageError(`${target ?? ''} would not be encrypted`, {
        hint: 'add --passphrase-file or --recipient',
      })
    }
    return print(ctx, [await toFile(ctx, asked, () => file)])
  }
  const folder = target === undefined ? homeFile(ctx, 'backups') : path.resolve(ctx.line.cwd, target)
  if (options.list) return listFolder(ctx, folder, options)
  return toFolder(ctx, asked, { folder, retention })
}

function retentionOf(options: BackupOptions): Retention | null {
  const {
    keep: last,
    keepDaily: daily,
    keepWeekly: weekly,
    keepMonthly: monthly,
    keepYearly: yearly,
  } = options
  const rules = { last, daily, weekly, monthly, yearly }
  return Object.values(rules).some((rule) => rule !== undefined) ? rules : null
}

async function listFolder(ctx: Context, folder: string, { name }: BackupOptions): Promise<void> {
  const { inFileName } = await import('../../admin/archive/archive-name.js')
  const { listArchives } = await import('../../admin/archive/archive-folder.js')
  const archives = await listArchives(folder)
  await print(
    ctx,
    archives.filter((archive) => name === undefined || archive.name === inFileName(name)),
  )
}

async function toStdout(ctx: Context, asked: Asked): Promise<void> {
  await openForBackup(ctx, asked, async (database, now) => {
    let bytes = 0
    const manifest = await backUpTo(ctx, { database, asked, now }, (chunks) =>
      ctx.out.bytes(counted(chunks, (length) => (bytes += length))),
    )
    await audit(ctx, { database, asked }, { manifest, bytes })
    ctx.out.event(await recordOf(manifest, { file: '-', bytes, encrypted: asked.keys !== null }))
  })
}

async function toFolder(
  ctx: Context,
  asked: Asked,
  { folder, retention }: { folder: string; retention: Retention | null },
): Promise<void> {
  const { inArchiveFolder } = await import('../../admin/archive/archive-folder.js')
  const { archiveFileName } = await import('../../admin/archive/archive-name.js')
  const backups = await inArchiveFolder(folder, folderLock(ctx), async () => {
    const made = await toFile(ctx, asked, (name) => {
      const partial = (asked.exclude ?? []).length > 0
      return path.join(
        folder,
        archiveFileName({ name, createdAt: ctx.now(), partial, encrypted: asked.keys !== null }),
      )
    })
    if (retention === null) return [made]
    const { keepArchives } = await import('../../admin/archive/keep-archives.js')
    const { zone, flags } = ctx.line
    return keepArchives(folder, { made, retention, zone, dryRun: flags.dryRun })
  })
  await print(ctx, backups)
  if (backups.some(({ reason }) => reason?.startsWith('not removed'))) ctx.out.setExitCode(5)
}

/** Writes one file; in a dry run reads everything and writes nothing. */
async function toFile(ctx: Context, asked: Asked, fileOf: (name: string) => string): Promise<Backup> {
  const { writeArchiveFile } = await import('../../admin/archive/archive-file.js')
  return openForBackup(ctx, asked, async (database, now) => {
    const file = fileOf(asked.name ?? database.name)
    let bytes = 0
    const manifest = await backUpTo(ctx, { database, asked, now }, async (chunks) => {
      const written = counted(chunks, (length) => (bytes += length))
      await (ctx.line.flags.dryRun ? readToEnd(written) : writeArchiveFile(file, written))
    })
    await audit(ctx, { database, asked }, { manifest, bytes })
    return recordOf(manifest, { file, bytes, encrypted: asked.keys !== null })
  })
}

/** @param work gets the moment whose rows are there */
async function openForBackup<T>(
  ctx: Context,
  { replica }: BackupOptions,
  work: (database: Database, now: Date) => Promise<T>,
): Promise<T> {
  const options = { longWork: true, interruptible: true, standby: replica === true }
  if (!replica) return ctx.db.open('inspect', (database) => work(database, ctx.now()), options)
  const { conflictWithRecovery, lagOfStandby } = await import('../../engine/replica/standby.js')
  const { at } = ctx.db.settings()
  const maxLagMs = at.engine === 'postgresql' ? (at.server.replica?.maxLagMs ?? 0) : 0
  try {
    return await ctx.db.open(
      'inspect',
      async (database) => {
        const lagMs = await lagOfStandby(database, maxLagMs)
        ctx.out.notice(`(replica, ${(lagMs / 1000).toFixed(1)} s behind)`)
        return work(database, new Date(ctx.now().getTime() - Math.ceil(lagMs)))
      },
      options,
    )
  } catch (error) {
    throw conflictWithRecovery(error)
  }
}

async function backUpTo(
  ctx: Context,
  { database, asked, now }: { database: Database; asked: Asked; now: Date },
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<ArchiveManifest> {
  const { backUp } = await import('../../admin/archive/back-up.js')
  const { encrypt } = await import('../../admin/archive/age.js')
  const { name = database.name, exclude = [], keys } = asked
  const progress = ctx.out.progress('archiving rows')
  const onProgress = (rows: number) => {
    progress.update({ count: rows })
  }
  const request = { name, exclude, tool: `cto/${ctx.line.version}`, now, onProgress }
  try {
    const manifest = await backUp(database, request, (chunks) => write(keys ? encrypt(chunks, keys) : chunks))
    await sayLeftOut(ctx, database)
    return manifest
  } finally {
    progress.end()
  }
}

/** Who backs up the tables outside of workspaces may take them for the whole database. */
async function sayLeftOut(ctx: Context, database: Database): Promise<void> {
  if (database.workspace !== null) return
  const { countWorkspaces } = await import('../../data/workspaces/archived-workspaces.js')
  const count = await database.read(countWorkspaces)
  if (count === 0) return
  const which = count === 1 ? '1 workspace is' : `${count} workspaces are`
  ctx.out.notice(`${which} not in it: cto workspaces backup --all --to FOLDER`)
}

async function readToEnd(chunks: AsyncGenerator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length)
    yield chunk
  }
}

/** In the primary, where a standby was read. */
async function audit(
  ctx: Context,
  { database, asked }: { database: Database; asked: Asked },
  { manifest: { id, excluded }, bytes }: { manifest: ArchiveManifest; bytes: number },
): Promise<void> {
  if (ctx.line.flags.dryRun) return
  const details = { id, bytes, partial: excluded.length > 0 }
  const record = (primary: Database) => auditIfPossible(ctx, primary, { action: 'db.backup', details })
  if (!asked.replica) return record(database)
  try {
    await ctx.db.open('inspect', record)
  } catch (error) {
    // The archive is whole; the primary may be down, which is when a standby is worth most.
    if (!(error instanceof CtoError)) throw error
    ctx.out.caution(`not in the audit log: ${error.message}`)
  }
}

async function recordOf(
  manifest: ArchiveManifest,
  { file, bytes, encrypted }: Pick<Backup, 'file' | 'bytes' | 'encrypted'>,
): Promise<Backup> {
  const { rowsIn } = await import('../../admin/archive/archive-folder.js')
  return {
    file,
    name: manifest.name,
    id: manifest.id,
    createdAt: new Date(manifest.createdAt),
    bytes,
    rows: rowsIn(manifest),
    encrypted,
    partial: manifest.excluded.length > 0,
    verifiedAt: null,
    reason: null,
  }
}

function print(ctx: Context, backups: readonly Backup[]): Promise<void> {
  return ctx.out.page(backupView, { data: backups, total: backups.length })
}
