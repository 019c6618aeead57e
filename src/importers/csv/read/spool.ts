import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CtoError } from '../../../errors.js'

/**
 * Keeps a stream in a file only its owner can read, because an import reads its input twice. `remove` closes
 * and deletes it. Throws DISK_FULL.
 */
export async function spool(
  stream: AsyncIterable<Uint8Array | string>,
  folder: string = tmpdir(),
): Promise<{ handle: FileHandle; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(folder, 'cto-import-'))
  const handle = await open(join(home, 'input'), 'wx+', 0o600)
  const remove = async (): Promise<void> => {
    await handle.close()
    await rm(home, { recursive: true, force: true })
  }
  try {
    for await (const chunk of stream) await writeAll(handle, Buffer.from(chunk))
    return { handle, remove }
  } catch (error) {
    await remove()
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new CtoError('DISK_FULL', `no space left in ${folder} to keep standard input`, {
        hint: 'save the input as a file and import that',
        cause: error,
      })
    }
    throw error
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    const { bytesWritten } = await handle.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}
