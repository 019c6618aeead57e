import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { CtoError, NotFoundError } from '../errors.js'
import type { Context } from '../context.js'

/**
 * The text of a file that a flag names, below the folder of the command; `-` is standard input.
 * @throws CtoError BAD_FILE where it is a folder, NotFoundError
 */
export async function readTextFile(
  ctx: Context,
  file: string,
  { what = 'file', hint }: { what?: string; hint?: string } = {},
): Promise<string> {
  if (file === '-') return readAll(Readable.from(ctx.line.stdin))
  try {
    return await readFile(path.resolve(ctx.line.cwd, file), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EISDIR') throw new CtoError('BAD_FILE', `${file} is a folder`, { cause: error })
    throw new NotFoundError(`the ${what} ${file} cannot be read`, { reason: code, hint, cause: error })
  }
}
