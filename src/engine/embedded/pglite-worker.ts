import { Worker } from 'node:worker_threads'
import type { Answers } from './copied-rows.js'
import type { RunningPglite, StartOptions } from './start-pglite.js'

/** What the thread of PostgreSQL is asked to do. */
export type WorkerRequest = { id: number } & (
  { work: 'protocol'; message: Uint8Array } | { work: 'exec'; sql: string } | { work: 'close' }
)

/** Its answers; the first one, of id 0, is that PostgreSQL has started. */
export type WorkerAnswer = { id: number } & ({ answers: Answers } | { failure: PlainError })

/** An error with its fields, such as SQLSTATE and errno, which threads do not pass on. */
export interface PlainError {
  message: string
  fields: Record<string, unknown>
}

export interface WorkerPglite {
  database: RunningPglite
  /** Ends the thread, whatever it runs; the data are as after a crash. Later calls fail with the reason. */
  interrupt(reason: Error): void
  /** Resolves when the thread has ended, after which nothing touches the data. */
  ended: Promise<void>
}

interface Pending {
  resolve(answers: Answers): void
  reject(error: Error): void
}

/**
 * Starts PostgreSQL on a thread of its own, so that a long statement blocks neither signals nor timers of this process. The
 * signal interrupts it.
 *
 * @param script the file of the thread, worker-thread.ts in dist/
 * @throws the error of PGlite, with its errno
 */
export async function startWorker(
  script: string,
  options: StartOptions,
  signal: AbortSignal | undefined,
): Promise<WorkerPglite> {
  const worker = new Worker(script, { workerData: options })
  const pending = new Map<number, Pending>()
  let failure: Error | undefined
  let count = 0
  const fail = (reason: Error) => {
    failure ??= reason
    for (const { reject } of pending.values()) reject(failure)
    pending.clear()
  }
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      fail(new Error('Connection terminated: the thread of the embedded database has ended'))
      resolve()
    })
  })
  worker.on('error', fail)
  worker.on('message', (answer: WorkerAnswer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if ('failure' in answer) waiting?.reject(revived(answer.failure))
    else waiting?.resolve(answer.answers.map(withError))
  })
  const answered = (id: number) =>
    new Promise<Answers>((resolve, reject) => {
      if (failure) reject(failure)
      else pending.set(id, { resolve, reject })
    })
  const ask = (request: WithoutId<WorkerRequest>): Promise<Answers> => {
    const id = ++count
    const answers = answered(id)
    if (!failure) worker.postMessage({ ...request, id })
    return answers
  }
  const interrupt = (reason: Error) => {
    fail(reason)
    void worker.terminate()
  }
  signal?.addEventListener(
    'abort',
    () => {
      interrupt(signal.reason as Error)
    },
    { once: true },
  )
  await answered(0).catch(async (error: unknown) => {
    // The caller gives the folder to others now.
    await worker.terminate()
    throw error
  })
  return {
    database: {
      waitReady: Promise.resolve(),
      execProtocolStream: (message) => ask({ work: 'protocol', message }),
      exec: async (sql) => {
        await ask({ work: 'exec', sql })
        return []
      },
      close: async () => {
        if (!failure) await ask({ work: 'close' })
        await ended
      },
    },
    interrupt,
    ended,
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** The name under which the thread passes an error of the server. */
export const plainError = 'plainError'

function withError(answer: Answers[number]): Answers[number] {
  return plainError in answer
    ? (revived(answer[plainError] as PlainError) as unknown as typeof answer)
    : answer
}

function revived({ message, fields }: PlainError): Error {
  return Object.assign(new Error(message), fields)
}
