import { PrismaPg } from '@prisma/adapter-pg'
import { clearLogs } from '@prisma/debug'
import type { Connection } from './connection/connection.js'
import { PrismaClient, type Prisma } from './generated/client.js'

/** What data functions take: a client inside a unit of work, which cannot open another. */
export type Db = Prisma.TransactionClient

export type Client = PrismaClient<'query'>

interface ClientOptions {
  maxWaitMs: number
  onQuery?: ((sql: string, durationMs: number) => void) | undefined
}

/** The longest that a timer runs, in ms: 25 days. */
const forever = 2 ** 31 - 1

export function prismaOver(connection: Connection, { maxWaitMs, onQuery }: ClientOptions): Client {
  const client = new PrismaClient({
    adapter: new PrismaPg(connection.pool, { schema: connection.schema }),
    log: onQuery ? [{ level: 'query', emit: 'event' }] : [],
    errorFormat: 'minimal',
    // Statements have their own timeout; a transaction may take as many as it needs.
    transactionOptions: { maxWait: maxWaitMs || forever, timeout: forever },
  })
  if (onQuery) {
    client.$on('query', ({ query, duration }) => {
      onQuery(query, duration)
    })
  }
  return client
}

/**
 * Prisma's adapter keeps its last hundred queries with all their parameters, for its error reports: in an import
 * that is half a gigabyte. To be called between batches.
 */
export function forgetQueries(): void {
  clearLogs()
}
