import path from 'node:path'
import { decrypt, type DecryptionKeys } from '../admin/archive/age.js'
import { openInputFile } from '../files/input-file.js'
import type { Context } from '../context.js'

/** Opens the archive that an argument names, for one reading. @throws NotFoundError; CtoError as `openInputFile` and `decrypt` do */
export async function withArchive<T>(
  ctx: Context,
  { name, keys }: { name: string; keys: DecryptionKeys },
  work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { handle, chunks } = await openInputFile(path.resolve(ctx.line.cwd, name), { what: 'archive', name })
  try {
    return await work(decrypt(chunks(), keys))
  } finally {
    await handle.close()
  }
}
