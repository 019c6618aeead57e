import type { Socket } from 'node:net'
import type pg from 'pg'
import type { ServerSettings } from '../settings.js'
import { refuseOnceAborted } from './interrupt.js'
import { cancelOnServer } from './server-cancel.js'

/** How long a cancelled statement and its rollback may take before the connection is cut. */
const graceMs = 500

/** Keeps an open socket in the set. */
export function remembered(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

export function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy()
}

/** Ctrl-C: the server cancels running statements and we roll back; connections still busy after that are closed. */
export function endWithSignal(
  pool: pg.Pool,
  sockets: ReadonlySet<Socket>,
  settings: ServerSettings,
  signal: AbortSignal | undefined,
): () => void {
  const clients = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    clients.add(client)
    // A broken connection fails its query, which reports it; without a listener the error would end the process too.
    client.on('error', () => {})
  })
  pool.on('remove', (client) => clients.delete(client))
  pool.on('error', () => {})
  if (!signal) return () => {}
  refuseOnceAborted(pool, signal)
  const end = () => {
    for (const client of clients) void cancelOnServer(client, settings, graceMs)
    const cut = setTimeout(destroyAll, graceMs, sockets)
    cut.unref()
  }
  signal.addEventListener('abort', end, { once: true })
  return () => {
    signal.removeEventListener('abort', end)
  }
}
