import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { FrameReader, type Frame } from './frames.js'

export interface WorkerSettings {
  dataDir: string
  /** Counters that both threads can wait for, at the indexes below. */
  signals: Int32Array<SharedArrayBuffer>
}

export type ToEngine = Uint8Array<ArrayBuffer> | 'close'

export type FromEngine =
  | { type: 'started' }
  | { type: 'output'; bytes: Uint8Array<ArrayBuffer> }
  /** The engine has processed this many messages and waits for the next. */
  | { type: 'drained'; consumed: number }
  | { type: 'closed' }

/** Index in `signals`: how many messages were sent to the engine. */
export const sentSignal = 0
/** Index in `signals`: bytes of output that no client has taken yet. */
export const outstandingBytes = 1
/** The engine waits while this much of its output is not taken. */
export const outstandingLimit = 4 * 2 ** 20

interface EngineEvents {
  /** Messages of the engine, except those that `exchange` collects. `taken` must be called once they are passed on. */
  onFrames(frames: readonly Frame[], taken: () => void): void
  /** The engine has processed everything that was sent. */
  onDrained(): void
  /** The engine ended by itself: its disk is full, or it failed. */
  onFailure(error: Error): void
}

/** PostgreSQL in a worker, which only this process uses. The data folder must be locked, complete and migrated. */
export class EngineThread {
  readonly #worker: Worker
  readonly #signals: Int32Array<SharedArrayBuffer>
  readonly #events: EngineEvents
  readonly #reader = new FrameReader()
  readonly #ended: Promise<void>
  #sent = 0
  #consumed = 0
  #isEnding = false
  #exchanging: { frames: Frame[]; done: (frames: Frame[]) => void; fail: (error: Error) => void } | undefined

  /** @param file the bundled engine-worker.ts */
  static async start(file: string, dataDir: string, events: EngineEvents): Promise<EngineThread> {
    const signals = new Int32Array(new SharedArrayBuffer(8))
    const workerData: WorkerSettings = { dataDir, signals }
    const worker = new Worker(file, { workerData })
    await new Promise<void>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    worker.removeAllListeners('error')
    return new EngineThread(worker, signals, events)
  }

  private constructor(worker: Worker, signals: Int32Array<SharedArrayBuffer>, events: EngineEvents) {
    this.#worker = worker
    this.#signals = signals
    this.#events = events
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
      })
    })
    worker.on('message', (message: FromEngine) => {
      this.#receive(message)
    })
    worker.on('error', (error: Error) => {
      this.#exchanging?.fail(error)
      if (!this.#isEnding) events.onFailure(error)
    })
  }

  /** Whether it waits for the next message. */
  get isDrained(): boolean {
    return this.#consumed === this.#sent
  }

  /** Whether it waits for a client to take its output. */
  get isBlocked(): boolean {
    return Atomics.load(this.#signals, outstandingBytes) >= outstandingLimit
  }

  send({ bytes }: Frame): void {
    this.#sent += 1
    this.#worker.postMessage(new Uint8Array(bytes))
    Atomics.add(this.#signals, sentSignal, 1)
    Atomics.notify(this.#signals, sentSignal)
  }

  /** Sends a message and collects the answers up to ReadyForQuery. The engine must be drained. @throws where it fails */
  exchange(frame: Frame): Promise<Frame[]> {
    return new Promise((resolve, reject) => {
      this.#exchanging = { frames: [], done: resolve, fail: reject }
      this.send(frame)
    })
  }

  /** Whether it waits for the next message within this time. */
  async settles(withinMs: number): Promise<boolean> {
    const pauseMs = 10
    for (let waited = 0; !this.isDrained && waited < withinMs; waited += pauseMs) await sleep(pauseMs)
    return this.isDrained
  }

  /** PostgreSQL's own shutdown, with a checkpoint. The engine must be drained. */
  async close(): Promise<void> {
    this.#isEnding = true
    const closed = new Promise<void>((resolve) => {
      this.#worker.on('message', ({ type }: FromEngine) => {
        if (type === 'closed') resolve()
      })
    })
    this.#worker.postMessage('close' satisfies ToEngine)
    await Promise.race([closed, this.#ended])
    await this.#worker.terminate()
  }

  /** Ends it at once, as a crash would: the next start recovers all that was committed. */
  async kill(): Promise<void> {
    this.#isEnding = true
    await this.#worker.terminate()
  }

  #receive(message: FromEngine): void {
    if (this.#isEnding) return
    if (message.type === 'output') this.#receiveOutput(message.bytes)
    if (message.type !== 'drained') return
    this.#consumed = message.consumed
    if (this.isDrained) this.#events.onDrained()
  }

  #receiveOutput(bytes: Uint8Array): void {
    const frames = this.#reader.push(bytes)
    if (!this.#exchanging) {
      this.#events.onFrames(frames, () => {
        this.#take(bytes.length)
      })
      return
    }
    this.#take(bytes.length)
    this.#exchanging.frames.push(...frames)
    if (frames.at(-1)?.type !== 'Z') return
    const { frames: answers, done } = this.#exchanging
    this.#exchanging = undefined
    done(answers)
  }

  #take(length: number): void {
    Atomics.sub(this.#signals, outstandingBytes, length)
    Atomics.notify(this.#signals, outstandingBytes)
  }
}
