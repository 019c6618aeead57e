import { randomInt } from 'node:crypto'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { openFailure } from '../connection/open-failure.js'
import { Client } from './client.js'
import { FrameReader, readRow, readyForQuery } from './frames.js'
import { GreetingReader, refusalOf, welcome, type Greeting } from './handshake.js'
import { Scheduler } from './scheduler.js'
import { initialState } from './session-state.js'
import { servedDatabase, socketFile } from './socket-place.js'

interface ServeOptions {
  /** Of the socket; created if missing. */
  folder: string
  /** The data folder, which this process holds the lock of. */
  dataDir: string
  /** The bundled engine-worker.ts. */
  worker: string
  /** Ends the server. */
  signal: AbortSignal
  /** Ends the server after this long without a client; absent: never. */
  idleTimeoutMs?: number | undefined
  /** Called once clients can connect. */
  onListening(): Promise<void>
}

/** Settings that PostgreSQL reports at the start of a session. */
const reportedSettings = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'is_superuser',
  'session_authorization',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
]

const stopping = { code: '57P01', message: 'terminating connection due to administrator command' }

/**
 * Serves the data folder on a Unix socket to clients of PostgreSQL's protocol, until the signal or the idle timeout.
 *
 * @throws CtoError where the engine failed and cannot be started again: DISK_FULL, NOT_PERMITTED, UNEXPECTED
 */
export async function serveFolder(options: ServeOptions): Promise<void> {
  const { folder, signal } = options
  const clients = new Map<number, Client>()
  const file = socketFile(folder)
  const failure = new AbortController()
  const idle = new AbortController()
  const scheduler = await Scheduler.start(options, (error) => {
    failure.abort(error)
  })
  try {
    const reported = await readReported(scheduler)
    const watch = idleWatch(options.idleTimeoutMs, idle)
    const server = createServer({ allowHalfOpen: false }, (socket) => {
      watch(1)
      socket.once('close', () => {
        watch(-1)
      })
      accept(socket, { scheduler, clients, reported })
    })
    await listen(server, folder, file)
    try {
      watch(0)
      await options.onListening()
      await aborted(AbortSignal.any([signal, failure.signal, idle.signal]))
    } finally {
      server.close()
      for (const client of clients.values()) client.end(stopping.code, stopping.message)
      await rm(file, { force: true })
    }
  } finally {
    await scheduler.stop()
  }
  if (failure.signal.aborted) throw await openFailure(path.dirname(options.dataDir), failure.signal.reason)
}

/** The holder of the lock may remove the socket of an earlier server, which must be dead. */
async function listen(server: Server, folder: string, file: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  await rm(file, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(file, resolve)
  })
  await chmod(file, 0o600)
}

interface Served {
  scheduler: Scheduler
  clients: Map<number, Client>
  reported: ReadonlyMap<string, string>
}

function accept(socket: Socket, served: Served): void {
  const greetings = new GreetingReader((bytes) => socket.write(bytes))
  // The 'close' that follows an error is what counts.
  socket.on('error', () => {})
  const greet = (piece: Buffer) => {
    try {
      const greeting = greetings.push(piece)
      if (!greeting) return
      socket.off('data', greet)
      begin(socket, greeting, served)
    } catch {
      socket.destroy()
    }
  }
  socket.on('data', greet)
}

function begin(socket: Socket, greeting: Greeting, { scheduler, clients, reported }: Served): void {
  if (greeting.kind === 'cancel') {
    const client = clients.get(greeting.processId)
    if (client?.secretKey === greeting.secretKey) scheduler.cancel(client)
    socket.end()
    return
  }
  const { parameters, rest } = greeting
  const refusal = refusalOf(parameters, servedDatabase)
  if (refusal) {
    socket.end(refusal.bytes)
    return
  }
  const id = unusedId(clients)
  const client = new Client(socket, {
    id,
    secretKey: randomInt(2 ** 31),
    state: initialState(parameters),
  })
  clients.set(id, client)
  const reader = new FrameReader()
  const receive = (piece: Uint8Array) => {
    const frames = reader.push(piece)
    const end = frames.findIndex(({ type }) => type === 'X')
    const messages = end === -1 ? frames : frames.slice(0, end)
    client.enqueue(messages)
    if (messages.length > 0 && !client.isGone) scheduler.receive(client)
    if (end !== -1) socket.end()
  }
  socket.on('data', receive)
  socket.on('close', () => {
    clients.delete(id)
    scheduler.leave(client)
  })
  client.send([
    ...welcome({ processId: id, secretKey: client.secretKey, reported: withOwn(reported, parameters) }),
    readyForQuery('I'),
  ])
  if (rest.length > 0) receive(rest)
}

function unusedId(clients: ReadonlyMap<number, Client>): number {
  for (;;) {
    const id = randomInt(1, 2 ** 31)
    if (!clients.has(id)) return id
  }
}

async function readReported(scheduler: Scheduler): Promise<Map<string, string>> {
  const names = reportedSettings.map((name) => `'${name}'`).join(', ')
  const answers = await scheduler.ask(
    `SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.unnest(ARRAY[${names}]) AS name`,
  )
  const rows = answers.filter(({ type }) => type === 'D').map(readRow)
  return new Map(rows.map(([name, value]) => [name ?? '', value ?? '']))
}

/** What the client asked for at its start is what it has. */
function withOwn(
  reported: ReadonlyMap<string, string>,
  parameters: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(
    [...reported].map(([name, value]) => {
      const asked = [...parameters].find(([own]) => own.toLowerCase() === name.toLowerCase())
      return [name, asked?.[1] ?? value]
    }),
  )
}

/** Aborts once no client has been connected for this long. Call it with the change of their number. */
function idleWatch(timeoutMs: number | undefined, idle: AbortController): (change: number) => void {
  let count = 0
  let timer: NodeJS.Timeout | undefined
  return (change) => {
    count += change
    clearTimeout(timer)
    if (timeoutMs === undefined || count > 0) return
    timer = setTimeout(() => {
      idle.abort()
    }, timeoutMs)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else {
      signal.addEventListener('abort', () => {
        resolve()
      })
    }
  })
}
