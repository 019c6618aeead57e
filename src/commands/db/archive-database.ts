import type { EncryptionKeys } from '../../admin/archive/age.js'
import type { Context } from '../../context.js'
import type { Database } from '../../engine/database.js'
import { CtoError } from '../../errors.js'
import type { ArchiveManifest, Backup } from '../../shapes/archive.js'
import { workspacesBeside } from '../workspaces-beside.js'
import { auditIfPossible } from './audit.js'

export interface ArchiveRequest {
  /** In the manifest; default: the name of the database. */
  name?: string
  /** Tables that are left out. */
  exclude?: string[]
  /** Read the standby instead of the primary. */
  replica?: true
  /** Null: not encrypted. */
  keys: EncryptionKeys | null
}

/** Where the archive goes. */
interface ArchiveTarget {
  /** As it is printed. */
  file: string
  write(chunks: AsyncGenerator<Uint8Array>): Promise<unknown>
}

/**
 * Writes an archive of the database, and a row in its audit log.
 *
 * @param targetOf gets the name of the archive
 */
export function archiveDatabase(
  ctx: Context,
  asked: ArchiveRequest,
  targetOf: (name: string) => ArchiveTarget,
): Promise<Backup> {
  return openForBackup(ctx, asked, async (database, now) => {
    const { file, write } = targetOf(asked.name ?? database.name)
    let bytes = 0
    const manifest = await backUpTo(ctx, { database, asked, now }, async (chunks) => {
      await write(counted(chunks, (length) => (bytes += length)))
    })
    await audit(ctx, { database, asked }, { manifest, bytes })
    return recordOf(manifest, { file, bytes, encrypted: asked.keys !== null })
  })
}

/** @param work gets the moment of the rows that it reads */
async function openForBackup<T>(
  ctx: Context,
  { replica }: ArchiveRequest,
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
  { database, asked, now }: { database: Database; asked: ArchiveRequest; now: Date },
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
    await noticeWorkspaces(ctx, database)
    return manifest
  } finally {
    progress.end()
  }
}

/** A user who backs up the tables outside of workspaces may take them for the whole database. */
async function noticeWorkspaces(ctx: Context, database: Database): Promise<void> {
  const beside = await workspacesBeside(database)
  if (beside !== null) ctx.out.notice(`${beside} not in it: cto workspaces backup --all --to FOLDER`)
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

/** Adds the row to the primary, also where a standby was read. */
async function audit(
  ctx: Context,
  { database, asked }: { database: Database; asked: ArchiveRequest },
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
