import path from 'node:path'
import type { Context } from '../context.js'
import { archiveFolderUse, homeFile } from './home-file.js'

/**
 * Names a new archive in the folder backups of CTO_HOME, and runs `write` while no other process writes there. Returns the
 * file.
 */
export async function inBackups(
  ctx: Context,
  { name, encrypted }: { name: string; encrypted: boolean },
  write: (file: string) => Promise<unknown>,
): Promise<string> {
  const { inArchiveFolder } = await import('../admin/archive/archive-folder.js')
  const { archiveFileName } = await import('../admin/archive/archive-name.js')
  const folder = homeFile(ctx, 'backups')
  const file = path.join(folder, archiveFileName({ name, createdAt: ctx.now(), partial: false, encrypted }))
  await inArchiveFolder(folder, archiveFolderUse(ctx), () => write(file))
  return file
}
