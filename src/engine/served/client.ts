import type { Duplex } from 'node:stream'
import { errorResponse, readyForQuery, type Frame, type TransactionStatus } from './frames.js'
import { PreparedStatements } from './prepared.js'
import type { SessionState } from './session-state.js'

/** How far a client is with its message. */
export type Phase =
  /** Ready for a message. */
  | 'idle'
  /** Between the first message of the extended protocol and Sync. */
  | 'open'
  /** Until ReadyForQuery. */
  | 'answering'
  /** The engine reads the client's data. */
  | 'copying'

/** More than this in the queue, and the client is not read from until some is sent on. */
const longestQueueBytes = 8 * 2 ** 20

/** The state of one connection: what it has sent, and how far the engine is with it. */
export class Client {
  readonly id: number
  readonly secretKey: number
  readonly prepared: PreparedStatements
  state: SessionState
  phase: Phase = 'idle'
  /** Whether the messages of this phase are those of the extended protocol, which end with Sync. */
  isExtended = false
  /** Of the transaction; follows CommandComplete within a message. */
  status: TransactionStatus = 'I'
  /** Its query has a BEGIN among its statements. */
  mayHaveBegun = false
  /** Its settings changed: they are read before another client, or a restart, can lose them. */
  hasChangedSettings = false
  /** After an error without the engine, messages are skipped up to Sync. */
  #isSkippingToSync = false
  isGone = false
  /** From `performance.now()`: when a message last went either way. */
  activeAt = performance.now()
  readonly #stream: Duplex
  #queue: Frame[] = []
  #queuedBytes = 0

  constructor(stream: Duplex, given: { id: number; secretKey: number; state: SessionState }) {
    this.#stream = stream
    this.id = given.id
    this.secretKey = given.secretKey
    this.state = given.state
    this.prepared = new PreparedStatements(given.id)
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0
  }

  enqueue(frames: readonly Frame[]): void {
    this.#queue.push(...frames)
    this.#queuedBytes += frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (this.#queuedBytes > longestQueueBytes) this.#stream.pause()
  }

  /** The next message that the engine can get; the answer to one is awaited before the next. */
  take(): Frame | undefined {
    return this.phase === 'answering' ? undefined : this.dequeue()
  }

  dequeue(): Frame | undefined {
    const next = this.#queue.shift()
    this.#queuedBytes -= next?.bytes.length ?? 0
    if (this.#queuedBytes <= longestQueueBytes) this.#stream.resume()
    return next
  }

  /** Reads no more from it until `resume`. */
  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    if (this.#queuedBytes <= longestQueueBytes) this.#stream.resume()
  }

  send(frames: readonly Frame[], taken?: () => void): void {
    this.activeAt = performance.now()
    if (this.isGone || frames.length === 0) {
      taken?.()
      return
    }
    this.#stream.write(Buffer.concat(frames.map(({ bytes }) => bytes)), () => {
      this.activeAt = performance.now()
      taken?.()
    })
  }

  /** Answers its message with an error, as the server would, without the engine. */
  refuse(code: string, message: string): void {
    const error = errorResponse({ severity: 'ERROR', code, message })
    this.#isSkippingToSync = this.isExtended && this.phase === 'open'
    this.send(this.#isSkippingToSync ? [error] : [error, readyForQuery(this.status)])
    this.phase = 'idle'
  }

  /** Answers the first message that waits, in place of the engine. */
  refuseFirst(code: string, message: string): void {
    const first = this.dequeue()
    this.isExtended = first?.type !== 'Q' && first?.type !== 'F'
    this.phase = this.isExtended && first?.type !== 'S' ? 'open' : 'answering'
    this.refuse(code, message)
    this.skipToSync()
  }

  /** After an error without the engine: drops what waits up to Sync, and answers that. */
  skipToSync(): void {
    while (this.#isSkippingToSync) {
      const next = this.dequeue()
      if (!next) return
      if (next.type !== 'S') continue
      this.#isSkippingToSync = false
      this.send([readyForQuery(this.status)])
    }
  }

  /** Sends the error and ends the connection. */
  end(code: string, message: string): void {
    if (this.isGone) return
    this.isGone = true
    this.#stream.end(errorResponse({ severity: 'FATAL', code, message }).bytes)
    // One that reads nothing would keep the socket open.
    this.#stream.resume()
    setTimeout(() => this.#stream.destroy(), 1000).unref()
  }
}
