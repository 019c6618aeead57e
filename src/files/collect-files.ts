import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/** The files that the names stand for: of a folder those below it whose names match, in order. `-` stays as it is. */
export async function collectFiles(
  names: readonly string[],
  folder: string,
  pattern: RegExp,
): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    const file = name === '-' ? name : path.resolve(folder, name)
    const isFolder =
      name !== '-' &&
      (await stat(file).then(
        (entry) => entry.isDirectory(),
        () => false,
      ))
    if (!isFolder) found.push(file)
    else {
      const below = await readdir(file, { recursive: true })
      found.push(
        ...below
          .filter((each) => pattern.test(each))
          .sort()
          .map((each) => path.join(file, each)),
      )
    }
  }
  return found
}
