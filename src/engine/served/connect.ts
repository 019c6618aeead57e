import { CtoError } from '../../errors.js'
import type { Connection } from '../connection/connection.js'
import { connectToServer } from '../connection/server.js'
import type { Serving } from '../embedded/lock-holder.js'
import type { ConnectionLimits } from '../settings.js'
import { owner } from './session-state.js'
import { servedDatabase, servedPort } from './socket-place.js'

interface ServedOptions {
  serves: Serving
  /** The process that serves, for messages. */
  pid: number
  /** Of this cto. */
  version: string
  home: string
  schema: string
  target: string
  readOnly: boolean
  limits: ConnectionLimits
  signal?: AbortSignal | undefined
}

/**
 * Connects to an embedded database that another process serves, as through a transaction pooler.
 *
 * @throws CtoError NOT_PERMITTED where an older cto serves it
 */
export async function connectToServed(options: ServedOptions): Promise<Connection> {
  const { serves, version, home, schema, target, readOnly, signal } = options
  if (isOlder(serves.version, version)) throw olderServer(options)
  const connection = await connectToServer(
    {
      host: serves.folder,
      port: servedPort,
      database: servedDatabase,
      user: owner,
      password: undefined,
      schema,
      pooled: true,
      tls: { mode: 'disable' },
      direct: null,
      replica: null,
      // A second connection would wait for the transaction of the first.
      limits: { ...options.limits, min: 0, max: 1, poolTimeoutMs: 0 },
    },
    { readOnly, lacksTimeouts: true, signal },
  )
  return {
    ...connection,
    engine: 'embedded',
    capabilities: {
      ...connection.capabilities,
      hasOtherSessions: false,
      keepsStatistics: false,
      hasAutovacuum: false,
    },
    name: 'embedded',
    folder: home,
    target,
  }
}

function olderServer({ serves, pid, version }: ServedOptions): CtoError {
  return new CtoError('NOT_PERMITTED', 'an older cto serves the embedded database', {
    reason: `process ${pid} is cto ${serves.version}, this is ${version}`,
    hint: `kill ${pid}, then cto db serve`,
  })
}

/** Compares versions of three numbers; what follows a hyphen counts as nothing. */
function isOlder(one: string, other: string): boolean {
  const numbers = (version: string) => version.split('-', 1).join('').split('.').map(Number)
  const [ours, theirs] = [numbers(one), numbers(other)]
  const at = ours.findIndex((number, i) => number !== theirs[i])
  return at !== -1 && (ours[at] ?? 0) < (theirs[at] ?? 0)
}
