import type { CopyText } from '../connection/copy-text.js'
import type { RunningPglite } from './start-pglite.js'

/**
 * COPY by messages of the protocol: over the connection that PGlite gives to `pg`, COPY never ends. Statement and rows are
 * one message each, so the rows of one call are in memory, and nothing else runs meanwhile: callers copy in portions.
 */
export function pgliteCopy(database: RunningPglite): CopyText {
  return {
    holdsRows: true,
    read: async function* (_, query) {
      const answers = await run(database, statement(`COPY (${query}) TO STDOUT`))
      const rows = answers.filter((answer) => answer.name === 'copyData')
      yield Buffer.concat(rows.map((answer) => (answer as unknown as { chunk: Uint8Array }).chunk))
    },
    write: async (_, target, text) => {
      const copy = [statement(`COPY ${target} FROM STDIN`), message('d', text), message('c')]
      await run(database, Buffer.concat(copy))
    },
  }
}

type Answers = Awaited<ReturnType<RunningPglite['execProtocolStream']>>

/** On a thread of its own, PostgreSQL's refusal is one of the answers. */
async function run(database: RunningPglite, request: Uint8Array): Promise<Answers> {
  const answers = await database.execProtocolStream(request)
  const refusal = answers.find((answer) => answer instanceof Error)
  if (refusal) throw refusal
  return answers
}

function statement(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`))
}

function message(type: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}
