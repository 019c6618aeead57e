import { readSmallFile } from '../files/small-file.js'
import os from 'node:os'
import path from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

interface Login {
  host: string
  port: number
  database: string
  user: string
}

/**
 * The password that libpq would find in `$PGPASSFILE` or `~/.pgpass`, for a URL without one. Like libpq, it ignores a file
 * that other users can read.
 */
export function passwordFromFile(env: Env, { host, port, database, user }: Login): string | undefined {
  const file = env['PGPASSFILE'] ?? path.join(env['HOME'] ?? os.homedir(), '.pgpass')
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user]
  return lines(file)
    .map((line) => fields(line))
    .find((found) => wanted.every((word, i) => found[i] === '*' || found[i] === word))?.[4]
}

function lines(file: string): string[] {
  try {
    const { text, stat } = readSmallFile(file)
    if (os.platform() !== 'win32' && (stat.mode & 0o077) !== 0) return []
    return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  } catch {
    return []
  }
}

/** Splits host:port:database:user:password; a backslash escapes the next character. */
function fields(line: string): string[] {
  return (line.match(/(?:^|:)((?:\\.|[^:\\])*)/g) ?? []).map((field, i) =>
    (i === 0 ? field : field.slice(1)).replace(/\\(.)/g, '$1'),
  )
}
