import type { Client } from './client.js'
import { EngineThread } from './engine-thread.js'
import { frame, query, cString, type Frame } from './frames.js'
import { advance, follow, isBetween, isCopyData } from './phase.js'
import { EngineStatements } from './prepared.js'
import { capture, errorIn, reset, restore, stateIn } from './session-state.js'

/** How long a client may keep the others waiting while the engine waits for it. */
const patienceMs = 5000
const checkEveryMs = 100

/** How long a statement may run on after it was cancelled or the server stops. */
const graceMs = 200

/** Unread messages in the engine, in bytes, above which no more is read from the client. */
const mostUnreadBytes = 8 * 2 ** 20

const cancelled = { code: '57014', message: 'canceling statement due to user request' }
const crashed = { code: '57P02', message: 'the engine of the embedded database ended; it is started again' }
const idleTooLong = {
  code: '25P03',
  message: 'terminating connection because it kept a transaction open while other clients waited',
}

const copyFail = frame('f', cString('the client sent nothing while other clients waited'))

/** Puts a new transaction into the state of one whose statement was cancelled. */
const failTransaction = query(
  `DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '${cancelled.code}', MESSAGE = '${cancelled.message}'; END$$`,
)

interface EngineFiles {
  /** The bundled engine-worker.ts. */
  worker: string
  dataDir: string
}

/**
 * Shares one engine among clients. A client owns it from its first message until the engine is idle outside a transaction;
 * then the next in line has its turn. The session state of PostgreSQL is captured and restored between two clients. A
 * statement can be stopped only by restarting the engine, from which everything committed recovers.
 */
export class Scheduler {
  readonly #files: EngineFiles
  readonly #onFailure: (error: Error) => void
  readonly #watch: NodeJS.Timeout
  #engine!: EngineThread
  #statements = new EngineStatements()
  /** The client whose messages the engine gets. */
  #owner: Client | null = null
  /** The client whose session state the engine has. */
  #session: Client | null = null
  #waiting: Client[] = []
  /** Statements of clients that left. */
  #removals: Frame[] = []
  /** Sent to the engine and not processed yet. */
  #unreadBytes = 0
  /** The client that has sent too much of it. */
  #paused: Client | null = null
  /** The engine runs statements of ours, or is being restarted. */
  #isBusy = false
  #restarting: Promise<void> = Promise.resolve()
  /** What the last start of the engine took. */
  #startMs = graceMs
  #hasStopped = false

  static async start(files: EngineFiles, onFailure: (error: Error) => void): Promise<Scheduler> {
    const scheduler = new Scheduler(files, onFailure)
    await scheduler.#startEngine()
    return scheduler
  }

  private constructor(files: EngineFiles, onFailure: (error: Error) => void) {
    this.#files = files
    this.#onFailure = onFailure
    this.#watch = setInterval(() => {
      this.#endStalled()
    }, checkEveryMs)
    this.#watch.unref()
  }

  /** Runs a query of our own, before there are clients. */
  async ask(sql: string): Promise<Frame[]> {
    return this.#engine.exchange(query(sql))
  }

  /** The client has sent messages. */
  receive(client: Client): void {
    if (client === this.#owner) this.#pump()
    else this.#enlist(client)
  }

  /** The client's connection ended. */
  leave(client: Client): void {
    client.isGone = true
    this.#waiting = this.#waiting.filter((each) => each !== client)
    if (client !== this.#owner) this.#forget(client)
    else if (!this.#isBusy) void this.#exclusively(() => this.#cleanUp(client))
  }

  /** Stops the statement that the client runs or waits to run. */
  cancel(client: Client): void {
    if (client === this.#owner) {
      if (!this.#isBusy && !this.#engine.isDrained) {
        void this.#exclusively(() => this.#interrupt(client, () => this.#failStatement(client)))
      }
      return
    }
    if (!this.#waiting.includes(client)) return
    this.#waiting = this.#waiting.filter((each) => each !== client)
    client.refuseFirst(cancelled.code, cancelled.message)
    if (client.hasQueued) this.#enlist(client)
  }

  /** Rolls back what is open, and ends the engine with a checkpoint; one that is at work is ended as by a crash. */
  async stop(): Promise<void> {
    this.#hasStopped = true
    clearInterval(this.#watch)
    await this.#restarting.catch(() => undefined)
    const isSettled = await this.#engine.settles(graceMs)
    if (isSettled && this.#owner?.phase !== 'copying') await this.#engine.close()
    else await this.#engine.kill()
  }

  async #startEngine(): Promise<void> {
    this.#unreadBytes = 0
    this.#statements = new EngineStatements()
    this.#session = null
    this.#removals = []
    const startedAt = performance.now()
    this.#engine = await EngineThread.start(this.#files.worker, this.#files.dataDir, {
      onFrames: (frames, taken) => {
        this.#passOn(frames, taken)
      },
      onDrained: () => {
        this.#unreadBytes = 0
        this.#paused?.resume()
        this.#paused = null
      },
      onFailure: (error) => {
        this.#recover(error)
      },
    })
    this.#startMs = Math.max(graceMs, performance.now() - startedAt)
  }

  #enlist(client: Client): void {
    client.skipToSync()
    if (!client.hasQueued || this.#waiting.includes(client)) return
    client.activeAt = performance.now()
    this.#waiting.push(client)
    this.#next()
  }

  /** Gives the engine to the next in line. */
  #next(): void {
    if (this.#owner || this.#isBusy || this.#hasStopped) return
    const next = this.#waiting.shift()
    if (!next) return
    this.#owner = next
    if (this.#session === next) this.#pump()
    else void this.#exclusively(() => this.#switchTo(next))
  }

  /**
   * Sends the owner's messages to the engine: one at a time, up to its ReadyForQuery. The next waits here, so that the engine
   * has nothing to forget when it is restarted.
   */
  #pump(): void {
    const client = this.#owner
    if (!client || this.#isBusy) return
    for (let next = client.take(); next; next = client.take()) {
      // Left over from a COPY that failed.
      if (client.phase !== 'copying' && isCopyData(next)) continue
      client.activeAt = performance.now()
      advance(client, next)
      for (const each of client.prepared.toEngine(next, this.#statements)) {
        this.#unreadBytes += each.bytes.length
        this.#engine.send(each)
      }
      if (this.#unreadBytes > mostUnreadBytes) this.#pause(client)
    }
    if (isBetween(client)) this.#release(client)
  }

  #pause(client: Client): void {
    this.#paused = client
    client.pause()
  }

  #passOn(frames: readonly Frame[], taken: () => void): void {
    const client = this.#owner
    if (!client) {
      taken()
      return
    }
    client.send(
      frames.filter((each) => client.prepared.isForClient(each, this.#statements)),
      taken,
    )
    for (const each of frames) follow(client, each)
    if (client.phase === 'answering' || this.#isBusy) return
    // A client that keeps sending must not keep the engine from the others.
    if (isBetween(client) && this.#waiting.length > 0) this.#release(client)
    else this.#pump()
  }

  #release(client: Client): void {
    if (client.hasChangedSettings) {
      void this.#exclusively(() => this.#capture(client))
      return
    }
    this.#owner = null
    if (client.hasQueued) this.#waiting.push(client)
    this.#next()
  }

  /** Runs statements of ours; the engine's answers to them go to no client. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true
    try {
      await work()
    } catch (error) {
      this.#isBusy = false
      this.#recover(error as Error)
      return
    }
    this.#isBusy = false
    if (this.#owner?.isGone) await this.#exclusively(() => this.#cleanUp(this.#owner))
    else if (this.#owner) this.#pump()
    else this.#next()
  }

  async #switchTo(client: Client): Promise<void> {
    const previous = this.#session
    if (previous) {
      if (!previous.isGone) await this.#capture(previous)
      await this.#engine.exchange(reset)
    }
    if (this.#removals.length > 0) {
      for (const each of this.#removals.splice(0)) this.#engine.send(each)
      await this.#engine.exchange(frame('S'))
    }
    this.#session = client
    const restoration = restore(client.state)
    const error = restoration && errorIn(await this.#engine.exchange(restoration))
    if (error) client.end('28000', error)
  }

  async #capture(client: Client): Promise<void> {
    client.hasChangedSettings = false
    client.state = stateIn(await this.#engine.exchange(capture))
  }

  /**
   * After the owner left: ends its message and its transaction. A statement may run on for as long as a restart would take:
   * that costs the others at most twice the time, and most often none.
   */
  async #cleanUp(client: Client | null): Promise<void> {
    if (!client) return
    if (!(await this.#engine.settles(this.#startMs))) await this.#restart()
    else {
      if (client.phase === 'copying') {
        const failed = frame('f', cString('the client left'))
        if (client.isExtended) this.#engine.send(failed)
        else await this.#engine.exchange(failed)
      }
      if (client.isExtended && client.phase !== 'idle') await this.#engine.exchange(frame('S'))
      await this.#engine.exchange(query('ROLLBACK'))
    }
    this.#owner = null
    this.#forget(client)
  }

  #restart(): Promise<void> {
    this.#restarting = this.#engine.kill().then(() => this.#startEngine())
    return this.#restarting
  }

  /**
   * Ends what the owner runs, by a restart, unless it ends by itself at once: then the request came too late. The session of
   * the owner restarts from the state that was last captured.
   */
  async #interrupt(client: Client, afterwards: () => Promise<void>): Promise<void> {
    if (await this.#engine.settles(graceMs)) return
    await this.#restart()
    client.prepared.interrupted()
    await this.#switchTo(client)
    await afterwards()
  }

  /** Reports to a client that its statement was cancelled; in a transaction, it must roll back as on a server. */
  async #failStatement(client: Client): Promise<void> {
    if (client.status === 'I' && client.mayHaveBegun) {
      // How far it came is unknown, and what it sends next may count on the transaction.
      client.end(cancelled.code, cancelled.message)
      return
    }
    if (client.status !== 'I') {
      await this.#engine.exchange(query('BEGIN'))
      await this.#engine.exchange(failTransaction)
      client.status = 'E'
    }
    client.refuse(cancelled.code, cancelled.message)
    if (client.status === 'I') this.#owner = null
    if (client.hasQueued && client.status === 'I') this.#waiting.unshift(client)
  }

  /** The engine ended by itself. Its owner loses the connection, as on a server; the others wait for the restart. */
  #recover(error: Error): void {
    if (this.#hasStopped || this.#isBusy) return
    const client = this.#owner
    client?.end(crashed.code, crashed.message)
    this.#owner = null
    this.#isBusy = true
    this.#restart().then(
      () => {
        this.#isBusy = false
        this.#next()
      },
      () => {
        this.#onFailure(error)
      },
    )
  }

  #forget(client: Client): void {
    this.#removals.push(...client.prepared.removal(this.#statements))
  }

  /** A client for which the engine waits must not keep the others waiting. */
  #endStalled(): void {
    const client = this.#owner
    if (!client || this.#isBusy || this.#waiting.length === 0) return
    const isAwaited = (this.#engine.isDrained && !client.hasQueued) || this.#engine.isBlocked
    if (!isAwaited || performance.now() - client.activeAt < patienceMs) return
    if (client.phase === 'copying') {
      client.activeAt = performance.now()
      advance(client, copyFail)
      this.#engine.send(copyFail)
      return
    }
    client.end(idleTooLong.code, idleTooLong.message)
    void this.#exclusively(() => this.#cleanUp(client))
  }
}
