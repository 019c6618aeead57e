import type pg from 'pg'
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams'

type Query = (...args: unknown[]) => unknown

interface Statement {
  text: string
  values: readonly string[]
}

/**
 * Lets the clients of a pool, and with them Prisma, run `COPY … FROM STDIN` as a statement like any other: its one
 * parameter, in a comment behind it, is its data.
 */
export function letCopyIn(pool: pg.Pool): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query
    client.query = ((...args: unknown[]) =>
      isCopy(args[0]) ? copyIn(query, args[0]) : query(...args)) as typeof client.query
  })
}

function isCopy(statement: unknown): statement is Statement {
  const { text, values } = (statement ?? {}) as Partial<Statement>
  return values !== undefined && (text?.startsWith('COPY ') ?? false)
}

async function copyIn(query: Query, { text, values }: Statement): Promise<{ rowCount: number }> {
  const stream = query(copyFrom(text)) as CopyStreamQuery
  await new Promise<void>((resolve, reject) => {
    // Stays: where the server has refused a row, the stream fails once more when it would have ended. Were it given its
    // data in pieces, it would then throw where nobody catches.
    stream.on('error', reject)
    stream.on('finish', resolve)
    stream.end(values[0])
  })
  return { rowCount: stream.rowCount }
}
