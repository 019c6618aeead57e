import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { CtoError } from '../../errors.js'
import { fileFailure } from '../../files/file-failure.js'
import { outputPlace } from '../../files/output-file.js'
import { verifiedFile } from './verified.js'

/** Ends the name of a file that is being written. */
export const partialEnding = '.partial'

/**
 * Writes a file that appears whole or not at all: written beside its place, flushed, read back, renamed. Only its owner
 * may read it. A symbolic link stays, and the file that it leads to is replaced. The mark that an earlier archive of this name
 * was verified goes. Returns its size.
 *
 * @throws CtoError DISK_FULL, NOT_PERMITTED; BAD_FILE where no file can be, or where the disk returns other bytes
 */
export async function writeArchiveFile(named: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await outputPlace(named)
  const partial = file + partialEnding
  try {
    await rm(partial, { force: true })
    const written = await writeFlushed(partial, bytes)
    if ((await sumOfFile(partial)) !== written.sum) {
      throw new CtoError('BAD_FILE', `${file} was not stored as it was written`, {
        reason: 'reading it back gave other bytes',
        hint: 'check the disk, or back up to another one',
      })
    }
    for (const name of [file, named]) await rm(verifiedFile(name), { force: true })
    await rename(partial, file)
    await flushFolder(path.dirname(file))
    return written.size
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw fileFailure(error, file)
  }
}

async function writeFlushed(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ size: number; sum: string }> {
  const handle = await open(file, 'wx', 0o600)
  const sum = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of bytes) {
      await handle.writeFile(chunk)
      sum.update(chunk)
      size += chunk.length
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { size, sum: sum.digest('hex') }
}

async function sumOfFile(file: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }))
    sum.update(chunk as Uint8Array)
  return sum.digest('hex')
}

/** A renamed file keeps its name after a power cut. Windows cannot flush a folder. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
