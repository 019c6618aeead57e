import { createHash } from 'node:crypto'
import path from 'node:path'
import { CtoError } from '../../errors.js'

/** The name of the embedded database in PostgreSQL. */
export const servedDatabase = 'postgres'

export const servedPort = 5432

/** The longest path of a socket on the systems that have the shortest. */
const longestPath = 103

/** The socket's name is part of PostgreSQL's protocol: clients are given the folder. */
export function socketFile(folder: string): string {
  return path.join(folder, `.s.PGSQL.${servedPort}`)
}

/**
 * The folder of the socket: in `$CTO_HOME`, or, where its path is too long for a socket, in `$XDG_RUNTIME_DIR`.
 *
 * @throws CtoError NOT_CONFIGURED where neither does
 */
export function socketFolder(home: string, runtimeFolder: string | undefined): string {
  const own = path.join(home, 'socket')
  if (fits(own)) return own
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 12)
  const other = runtimeFolder ? path.join(runtimeFolder, `cto-${digest}`) : own
  if (fits(other)) return other
  throw new CtoError('NOT_CONFIGURED', 'the path of the socket is too long', {
    reason: `${socketFile(other)} has more than ${longestPath} bytes`,
    hint: 'set CTO_HOME to a shorter path, or XDG_RUNTIME_DIR to a folder of yours',
  })
}

function fits(folder: string): boolean {
  return Buffer.byteLength(socketFile(folder)) <= longestPath
}
