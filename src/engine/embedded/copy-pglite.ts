import type { CopyText } from '../connection/copy-text.js'
import { joinRows, rowsIn, type Answers } from './copied-rows.js'
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
      yield rowsIn(joinRows(answers))
    },
    write: async (_, target, text) => {
      const copy = [statement(`COPY ${target} FROM STDIN`), head('d', text.length), text, head('c', 0)]
      await run(database, Buffer.concat(copy))
    },
  }
}

/** On a thread of its own, PostgreSQL's refusal is one of the answers. */
async function run(database: RunningPglite, request: Uint8Array): Promise<Answers> {
  const answers = await database.execProtocolStream(request)
  const refusal = answers.find((answer) => answer instanceof Error)
  if (refusal) throw refusal
  return answers
}

function statement(sql: string): Buffer {
  const body = Buffer.from(`${sql}\0`)
  return Buffer.concat([head('Q', body.length), body])
}

/** What comes before the body of a message of this type. */
function head(type: string, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.write(type, 'latin1')
  bytes.writeInt32BE(4 + bodyBytes, 1)
  return bytes
}
