import { UsageError } from '../errors.js'

interface NamedFile {
  flag: string
  file: string | undefined
  /** What stdout is used for. */
  stdout: string
  hint?: string
}

/** @throws UsageError for `-`, where stdout holds something else: it would become the name of a file */
export function requireNamedFile({ flag, file, stdout, hint }: NamedFile): void {
  if (file === '-') throw new UsageError(`${flag} needs a file: stdout is for ${stdout}`, { hint })
}
