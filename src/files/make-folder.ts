import { access, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Creates a folder that only its owner may use, and its parents; one that exists stays as it is. Node's `recursive` never
 * returns below a folder that can hold none, such as /proc.
 *
 * @throws the error of Node
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    const parent = path.dirname(folder)
    if (code !== 'ENOENT' || (await exists(parent))) throw error
    await makeFolder(parent)
    await makeFolder(folder)
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
