import { UsageError } from '../errors.js'

/** The SHA of a commit, or its beginning as git abbreviates it, in lower case. @throws UsageError for `HEAD` or a branch */
export function sha(value: string): string {
  const text = value.trim().toLowerCase()
  if (/^([0-9a-f]{7,40}|[0-9a-f]{64})$/.test(text)) return text
  throw new UsageError(`"${value}" is not the SHA of a commit`, {
    reason: 'a SHA has 40 or 64 hexadecimal digits; of a known commit the first 7 are enough',
    hint: 'git rev-parse HEAD prints that of the current commit',
  })
}
