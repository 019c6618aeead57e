import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { CtoError, NotFoundError } from '../errors.js'
import type { Context } from '../context.js'

/** Far more than any template, gates or figures hold. */
const mostBytes = 64 * 2 ** 20

/**
 * The text of a file that a flag names, below the folder of the command; `-` is standard input. A named pipe is read to
 * its end, a device never: a repository may link to one that has none.
 *
 * @throws CtoError BAD_FILE where it is a folder, a device or too large; NotFoundError
 */
export async function readTextFile(
  ctx: Context,
  file: string,
  { what = 'file', hint }: { what?: string; hint?: string } = {},
): Promise<string> {
  if (file === '-') return readAll(Readable.from(ctx.line.stdin))
  let handle: FileHandle | undefined
  try {
    handle = await open(path.resolve(ctx.line.cwd, file), 'r')
    return await readBounded(handle, file)
  } catch (error) {
    if (error instanceof CtoError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new NotFoundError(`the ${what} ${file} cannot be read`, { reason: code, hint, cause: error })
  } finally {
    await handle?.close()
  }
}

async function readBounded(handle: FileHandle, file: string): Promise<string> {
  const stat = await handle.stat()
  if (stat.isDirectory()) throw new CtoError('BAD_FILE', `${file} is a folder`)
  if (stat.isCharacterDevice() || stat.isBlockDevice())
    throw new CtoError('BAD_FILE', `${file} is a device`, { hint: 'use - for standard input' })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new CtoError('BAD_FILE', `${file} is larger than ${mostBytes / 2 ** 20} MB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
