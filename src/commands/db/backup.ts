import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import type { Backup } from '../../shapes/archive.js'
import type { Retention } from '../../admin/archive/retention.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { integerBetween, list } from '../../flags/options.js'
import { backupView } from '../../views/archive.js'
import { refuseOtherEnding } from '../archive-target.js'
import { addEncryption, encryptionKeys, type EncryptionOptions } from '../archive-keys.js'
import { archiveDatabase, type ArchiveRequest } from './archive-database.js'
import { createNamedFolder, archiveFolderUse, homeFile } from '../home-file.js'
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

/** The flags, with the keys that they name. */
type Asked = BackupOptions & ArchiveRequest

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
  if (target !== undefined) await createNamedFolder(ctx, folder)
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
  if (!existsSync(folder))
    throw new CtoError('NOT_FOUND', `${folder} does not exist`, {
      hint: 'cto db backup FOLDER --list, of the folder that holds the archives',
    })
  const archives = await listArchives(folder)
  await print(
    ctx,
    archives.filter((archive) => name === undefined || archive.name === inFileName(name)),
  )
}

async function toStdout(ctx: Context, asked: Asked): Promise<void> {
  const write = (chunks: AsyncIterable<Uint8Array>) => ctx.out.bytes(chunks)
  ctx.out.event(await archiveDatabase(ctx, asked, () => ({ file: '-', write })))
}

async function toFolder(
  ctx: Context,
  asked: Asked,
  { folder, retention }: { folder: string; retention: Retention | null },
): Promise<void> {
  const { inArchiveFolder } = await import('../../admin/archive/archive-folder.js')
  const { archiveFileName } = await import('../../admin/archive/archive-name.js')
  const backups = await inArchiveFolder(folder, archiveFolderUse(ctx), async () => {
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
  return archiveDatabase(ctx, asked, (name) => {
    const file = fileOf(name)
    const write = (chunks: AsyncGenerator<Uint8Array>) =>
      ctx.line.flags.dryRun ? readToEnd(chunks) : writeArchiveFile(file, chunks)
    return { file, write }
  })
}

async function readToEnd(chunks: AsyncGenerator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

function print(ctx: Context, backups: readonly Backup[]): Promise<void> {
  return ctx.out.page(backupView, { data: backups, total: backups.length })
}
