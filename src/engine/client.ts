import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils'
import type { Connection } from './connection/connection.js'
import { PrismaClient, type Prisma } from './generated/client.js'

/** The argument of data functions: a client inside a unit of work, which cannot open another. */
export type Db = Prisma.TransactionClient

export type Client = PrismaClient

/** The longest timer that Node supports, in ms: 25 days. */
const longestTimerMs = 2 ** 31 - 1

export function prismaOver(connection: Connection, { maxWaitMs }: { maxWaitMs: number }): Client {
  return new PrismaClient({
    adapter: new PrismaPg(connection.pool, { schema: connection.schema }),
    errorFormat: 'minimal',
    // Statements have their own timeout; a transaction may have any number of them.
    transactionOptions: { maxWait: maxWaitMs || longestTimerMs, timeout: longestTimerMs },
  })
}

/** For models in a transaction that Prisma's client did not begin. */
export function prismaInside(transaction: Transaction, { schema }: Connection): Client {
  const { provider, adapterName } = transaction
  const refuse = () => Promise.reject(new Error('a transaction has begun already'))
  const adapter: SqlDriverAdapter = {
    provider,
    adapterName,
    queryRaw: (query) => transaction.queryRaw(query),
    executeRaw: (query) => transaction.executeRaw(query),
    getConnectionInfo: () => ({ schemaName: schema, supportsRelationJoins: true }),
    executeScript: refuse,
    startTransaction: refuse,
    dispose: () => Promise.resolve(),
  }
  return new PrismaClient({
    adapter: { provider, adapterName, connect: () => Promise.resolve(adapter) },
    errorFormat: 'minimal',
  })
}
