import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { startPglite } from '../embedded/start-pglite.js'
import type { FromEngine, ToEngine, WorkerSettings } from './engine-thread.js'
import { outstandingBytes, outstandingLimit, sentSignal } from './engine-thread.js'

/*
 * PostgreSQL on a thread of its own. PGlite's own calls take a whole message at a time and end the engine when COPY reads
 * beyond it. Here the engine reads from a queue and, inside COPY, waits for more, as a server process does.
 */

/** Functions of the engine's WebAssembly module that PGlite's types leave out. */
interface EngineModule {
  HEAPU8: Uint8Array
  addFunction(call: (pointer: number, length: number) => number, signature: string): number
  stackSave(): number
  stackRestore(pointer: number): void
  _PostgresMainLoopOnce(): void
  _PostgresMainLongJmp(): void
  _PostgresSendReadyForQueryIfNecessary(): void
  _pgl_pq_flush(): void
  _pgl_set_rw_cbs(read: number, write: number): void
  _pq_buffer_remaining_data(): number
}

/** The status with which the engine leaves its main loop after an error of SQL. */
const sqlError = 100

if (!parentPort) throw new Error('engine-worker.ts runs in a worker')
const port = parentPort
const { dataDir, signals } = workerData as WorkerSettings

const database = await startPglite({ dataDir, longWork: true })
const engine = database.Module as unknown as EngineModule
let input = new Uint8Array(0)
let at = 0
let consumed = 0

engine._pgl_set_rw_cbs(engine.addFunction(read, 'ipi'), engine.addFunction(write, 'ipi'))
port.on('message', (message: ToEngine) => {
  if (message === 'close') void close()
  else run(message)
})
post({ type: 'started' })

function run(bytes: Uint8Array<ArrayBuffer>): void {
  take(bytes)
  try {
    while (at < input.length || engine._pq_buffer_remaining_data() > 0) step()
  } finally {
    engine._PostgresSendReadyForQueryIfNecessary()
    engine._pgl_pq_flush()
  }
  post({ type: 'drained', consumed })
}

function step(): void {
  const stack = engine.stackSave()
  try {
    engine._PostgresMainLoopOnce()
  } catch (error) {
    engine.stackRestore(stack)
    // Anything else is the end of the engine, and so of this thread.
    if ((error as { status?: number }).status !== sqlError) throw error
    engine._PostgresMainLongJmp()
  }
}

function take(bytes: Uint8Array<ArrayBuffer>): void {
  input = bytes
  at = 0
  consumed += 1
}

/** Called by the engine, which reads inside COPY too: then this waits for the next message. */
function read(pointer: number, length: number): number {
  if (at === input.length) take(nextMessage())
  const piece = input.subarray(at, at + length)
  engine.HEAPU8.set(piece, pointer)
  at += piece.length
  return piece.length
}

function nextMessage(): Uint8Array<ArrayBuffer> {
  for (let isReported = false; ; isReported = true) {
    const sent = Atomics.load(signals, sentSignal)
    const received = receiveMessageOnPort(port) as { message: Uint8Array<ArrayBuffer> } | undefined
    if (received) return received.message
    if (!isReported) post({ type: 'drained', consumed })
    Atomics.wait(signals, sentSignal, sent)
  }
}

/** Called by the engine. Waits while the client reads more slowly than the engine writes. */
function write(pointer: number, length: number): number {
  for (;;) {
    const outstanding = Atomics.load(signals, outstandingBytes)
    if (outstanding < outstandingLimit) break
    Atomics.wait(signals, outstandingBytes, outstanding)
  }
  Atomics.add(signals, outstandingBytes, length)
  post({ type: 'output', bytes: engine.HEAPU8.slice(pointer, pointer + length) })
  return length
}

/** PostgreSQL's own shutdown, with a checkpoint. */
async function close(): Promise<void> {
  await database.close()
  post({ type: 'closed' })
}

function post(message: FromEngine): void {
  port.postMessage(message)
}
