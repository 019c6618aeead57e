import type { Stats } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { CtoError } from '../errors.js'
import { openInputFile } from '../files/input-file.js'
import type { Context } from '../context.js'

/** Far more than any template, gates or figures hold. */
const mostBytes = 64 * 2 ** 20

/** For messages: how a user calls what a flag names. */
export function inputName(file: string): string {
  return file === '-' ? 'stdin' : file
}

/**
 * The text of a file that a flag names, below the folder of the command; `-` is standard input.
 *
 * @throws NotFoundError, CtoError BAD_FILE where it is neither a regular file nor a pipe, or too large; NOT_PERMITTED
 */
export async function readTextFile(
  ctx: Context,
  file: string,
  options: { what?: string; hint?: string } = {},
): Promise<string> {
  if (file === '-') return readAll(Readable.from(ctx.line.stdin))
  const { text } = await readNamed(ctx, file, options)
  return text
}

/** The same of a file that holds a secret, with a caution if other users can read it. A mounted secret often is so. */
export async function readSecretFile(ctx: Context, file: string): Promise<string> {
  if (file === '-') return readTextFile(ctx, file)
  const { text, stat } = await readNamed(ctx, file)
  if (stat.isFile() && os.platform() !== 'win32' && (stat.mode & 0o077) !== 0) {
    ctx.out.caution(`other users can read ${file}, which holds a secret; fix: chmod 600`)
  }
  return text
}

async function readNamed(
  ctx: Context,
  file: string,
  options: { what?: string; hint?: string } = {},
): Promise<{ text: string; stat: Stats }> {
  const { handle, chunks, stat } = await openInputFile(path.resolve(ctx.line.cwd, file), {
    ...options,
    name: file,
  })
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    requireSane(stat.size, file)
    for await (const chunk of chunks()) {
      bytes += chunk.length
      requireSane(bytes, file)
      pieces.push(chunk)
    }
  } finally {
    await handle.close()
  }
  return { text: Buffer.concat(pieces).toString('utf8'), stat }
}

function requireSane(bytes: number, file: string): void {
  if (bytes > mostBytes) throw new CtoError('BAD_FILE', `"${file}" is larger than ${mostBytes / 2 ** 20} MB`)
}
