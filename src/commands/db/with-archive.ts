import path from 'node:path'
import { openInputFile } from '../../files/input-file.js'
import type { Context } from '../../context.js'

/** Opens the archive that an argument names, for one reading. @throws NotFoundError, CtoError BAD_FILE, NOT_PERMITTED */
export async function withArchive<T>(
  ctx: Context,
  name: string,
  work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { handle, chunks } = await openInputFile(path.resolve(ctx.line.cwd, name), { what: 'archive', name })
  try {
    return await work(chunks())
  } finally {
    await handle.close()
  }
}
