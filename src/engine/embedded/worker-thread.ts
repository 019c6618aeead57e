import { parentPort, workerData } from 'node:worker_threads'
import { required } from '../../errors.js'
import { joinRows, rowsIn, type Answers } from './copied-rows.js'
import { plainError, type PlainError, type WorkerAnswer, type WorkerRequest } from './pglite-worker.js'
import { startPglite, type RunningPglite, type StartOptions } from './start-pglite.js'

/* The thread of an embedded database: pglite-worker.ts starts it, sends messages of the protocol and gets the answers. */

const port = required(parentPort, 'the thread that started this one')
const database = startPglite(workerData as StartOptions)

port.on('message', (request: WorkerRequest) => {
  void answer(request.id, (started) => perform(started, request)).then(() => {
    if (request.work === 'close') port.close()
  })
})
await answer(0, () => Promise.resolve([]))

async function answer(id: number, work: (started: RunningPglite) => Promise<Answers>): Promise<void> {
  const send = (message: WorkerAnswer, handedOver: ArrayBuffer[] = []) => {
    port.postMessage(message, handedOver)
  }
  try {
    const answers = await work(await database)
    const { buffer, byteLength } = rowsIn(answers)
    // Node puts small rows into memory that others use too, which cannot be handed over.
    const isTheirOwn = buffer.byteLength === byteLength
    send({ id, answers: answers.map(withoutError) }, isTheirOwn ? [buffer as ArrayBuffer] : [])
  } catch (error) {
    send({ id, failure: plain(error) })
  }
}

async function perform(started: RunningPglite, request: WorkerRequest): Promise<Answers> {
  switch (request.work) {
    case 'protocol':
      return joinRows(await started.execProtocolStream(request.message, { throwOnError: false }))
    case 'exec':
      await started.exec(request.sql)
      return []
    case 'close':
      await started.close()
      return []
  }
}

function withoutError(message: Answers[number]): Answers[number] {
  return message instanceof Error ? ({ [plainError]: plain(message) } as unknown as typeof message) : message
}

function plain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error), fields: {} }
  return { message: error.message, fields: Object.fromEntries(Object.entries(error)) }
}
