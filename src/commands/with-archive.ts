import { stat } from 'node:fs/promises'
import path from 'node:path'
import { decrypt, type DecryptionKeys } from '../admin/archive/age.js'
import { requireArchive } from '../admin/archive/other-file.js'
import { openInputFile } from '../files/input-file.js'
import type { Context } from '../context.js'
import { CtoError } from '../errors.js'
import { inputName } from '../flags/text-file.js'

/** Opens the archive that an argument names, or standard input for `-`, for one reading. @throws NotFoundError; NotAnArchive; CtoError as `openInputFile` and `decrypt` do */
export async function withArchive<T>(
  ctx: Context,
  { name, keys }: { name: string; keys: DecryptionKeys },
  work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  if (name === '-') return work(await requireArchive(decrypt(ctx.line.stdin, keys), inputName(name)))
  const file = path.resolve(ctx.line.cwd, name)
  await refuseFolder(file, name)
  const { handle, chunks } = await openInputFile(file, { what: 'archive', name })
  try {
    return await work(await requireArchive(decrypt(chunks(), keys), name))
  } finally {
    await handle.close()
  }
}

/** Names the newest archive of a folder. @throws CtoError BAD_FILE for a folder */
async function refuseFolder(file: string, name: string): Promise<void> {
  const stats = await stat(file).catch(() => null)
  if (!stats?.isDirectory()) return
  const { listArchives } = await import('../admin/archive/archive-folder.js')
  const [newest] = await listArchives(file)
  throw new CtoError('BAD_FILE', `"${name}" is a folder`, {
    reason: newest === undefined ? 'it holds no archive' : 'an archive is one file',
    hint:
      newest === undefined
        ? 'cto db backup writes an archive'
        : `name the newest archive in it: ${path.join(name, path.basename(newest.file))}`,
  })
}
