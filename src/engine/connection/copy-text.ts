import type { Socket } from 'node:net'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** COPY in PostgreSQL's text format, on a client that has a transaction open. */
export interface CopyText {
  /** All rows of a call are in memory: callers copy in portions. */
  readonly holdsRows: boolean
  /** The rows of a query. A chunk may end within a row. */
  read(client: pg.PoolClient, query: string): AsyncIterable<Uint8Array>
  /** Stores rows in `target`, a table with its columns in parentheses. */
  write(client: pg.PoolClient, target: string, text: Uint8Array): Promise<void>
}

/** COPY over a connection to a server. */
export const serverCopy: CopyText = { holdsRows: false, read, write }

async function* read(client: pg.PoolClient, query: string): AsyncGenerator<Uint8Array> {
  const { stream: socket } = connectionOf(client)
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT`))
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const resume = suspendWatch(socket)
      yield chunk
      resume()
    }
  } finally {
    // A reader that stops early leaves the server sending; only the end of the connection stops it.
    if (!stream.readableEnded && !stream.errored) socket.destroy(new Error('Connection terminated'))
  }
}

async function write(client: pg.PoolClient, target: string, text: Uint8Array): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN`))
  await new Promise<void>((resolve, reject) => {
    // It stays: after the server rejects a row, the stream emits a second error.
    stream.on('error', reject)
    stream.on('finish', resolve)
    stream.end(text)
  })
}

/** A member of `pg` that its types lack. */
function connectionOf(client: pg.PoolClient): { stream: Socket } {
  return (client as unknown as { connection: { stream: Socket } }).connection
}

/** While this process is the one that works, the silence of the server is no sign of a dead network (see stalled.ts). */
function suspendWatch(socket: Socket): () => void {
  const { timeout } = socket
  socket.setTimeout(0)
  return () => {
    socket.setTimeout(timeout ?? 0)
  }
}
