import type pg from 'pg'
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams'

type Query = (...args: unknown[]) => unknown

interface Statement {
  text: string
  values: readonly [string]
}

/** What `src/data/imports/new-rows.ts` writes. A COPY by anybody else, such as one to a file or with two parameters, is left alone. */
const copyFromStdin = /^COPY [^;]+ FROM STDIN \/\* \$1 \*\/$/

/**
 * Lets the clients of a pool, and so Prisma, run `COPY … FROM STDIN` like any other statement: its one parameter, named in
 * a comment after it, is its data.
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
  return text !== undefined && values?.length === 1 && copyFromStdin.test(text)
}

async function copyIn(query: Query, { text, values }: Statement): Promise<{ rowCount: number }> {
  const stream = query(copyFrom(text)) as CopyStreamQuery
  await new Promise<void>((resolve, reject) => {
    // This listener stays: after the server rejects a row, the stream emits a second error at its end. Data written in
    // pieces would throw that error outside this promise.
    stream.on('error', reject)
    stream.on('finish', resolve)
    stream.end(values[0])
  })
  return { rowCount: stream.rowCount }
}
