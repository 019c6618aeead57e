import { existsSync } from 'node:fs'
import path from 'node:path'

/** Says which of the programs is not on the PATH; undefined where all are. */
export function missingProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const missing = names.find((name) => !folders.some((folder) => existsSync(path.join(folder, name))))
  return missing === undefined ? undefined : `${missing} is not installed`
}
