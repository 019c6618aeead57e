import { access, constants, lstat, realpath, stat, writeFile } from 'node:fs/promises'
import { CtoError } from '../errors.js'
import { fileFailure } from './file-failure.js'

/**
 * Where the content of a file goes that a flag or an argument names: where its symbolic links lead, so that renaming a new
 * file into its place replaces no link.
 *
 * @throws CtoError BAD_FILE for a folder, a device, a pipe, or a link to nothing; NOT_PERMITTED for a read-only file
 */
export async function outputPlace(file: string): Promise<string> {
  try {
    const found = await stat(file).catch(unlessMissing)
    if (found === null) return await requireNoLink(file)
    if (!found.isFile()) {
      throw new CtoError('BAD_FILE', `${file} is a ${found.isDirectory() ? 'folder' : 'device'}`, {
        hint: 'name a file',
      })
    }
    // Root may write everywhere, and renaming over a read-only file would succeed for its owner too.
    if ((found.mode & 0o222) === 0) {
      throw new CtoError('NOT_PERMITTED', `${file} is read-only`, {
        hint: 'make it writable, or name another file',
      })
    }
    await access(file, constants.W_OK)
    return await realpath(file)
  } catch (error) {
    throw fileFailure(error, file)
  }
}

/** Writes a text to a file that a flag names. @throws CtoError as `outputPlace`; DISK_FULL */
export async function writeTextFile(file: string, text: string): Promise<void> {
  const place = await outputPlace(file)
  try {
    await writeFile(place, text)
  } catch (error) {
    throw fileFailure(error, file)
  }
}

async function requireNoLink(file: string): Promise<string> {
  const link = await lstat(file).catch(unlessMissing)
  if (link === null) return file
  throw new CtoError('BAD_FILE', `${file} is a symbolic link to a file that does not exist`, {
    hint: 'name the file itself, or remove the link',
  })
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
