import { PrismaPg } from '@prisma/adapter-pg'
import {
  ColumnTypeEnum,
  type ColumnType,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import type { Client, Db } from './client.js'
import type { Connection } from './connection/connection.js'
import { Prisma } from './sql.js'

/** What reads, outside of transactions and in them. */
export interface RawReads {
  /** Each statement is a transaction of its own. */
  db: Db
  transaction<T>(work: (tx: Db) => Promise<T>, isolation?: IsolationLevel): Promise<T>
  /** Ends its use of the pool. */
  close(): Promise<void>
}

/**
 * Raw queries of reads go through Prisma's driver adapter alone and return what Prisma's client returns: loading and starting
 * the client takes a fifth of a short command, and its runtime a third of the time of a long list. Models are the client's,
 * created for the first of them.
 */
export function rawReads(connection: Connection, client: () => Promise<Client>): RawReads {
  let adapter: Promise<SqlDriverAdapter> | undefined
  const connected = () => (adapter ??= new PrismaPg(connection.pool).connect())
  return {
    db: dbOver(connected, client),
    transaction: async (work, isolation) =>
      inside(connection, await (await connected()).startTransaction(isolation), work),
    close: async () => (await adapter)?.dispose(),
  }
}

async function inside<T>(
  connection: Connection,
  transaction: Transaction,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  let client: Promise<Client> | undefined
  const models = () =>
    (client ??= import('./client.js').then(({ prismaInside }) => prismaInside(transaction, connection)))
  const end = (sql: string) => transaction.executeRaw({ sql, args: [], argTypes: [] })
  try {
    const result = await work(dbOver(() => Promise.resolve(transaction), models))
    await end('COMMIT')
    return result
  } catch (error) {
    await end('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await (await client)?.$disconnect()
    // The statements above ended the transaction: this returns its connection to the pool.
    await transaction.commit()
  }
}

function dbOver(queryable: () => Promise<SqlQueryable>, client: () => Promise<Client>): Db {
  const raw: Record<string, unknown> = {
    $queryRaw: async (...query: RawQuery) => rowsOf(await (await queryable()).queryRaw(statementOf(query))),
    $executeRaw: async (...query: RawQuery) => (await queryable()).executeRaw(statementOf(query)),
  }
  return new Proxy(raw, {
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then' ? undefined : (raw[name] ??= modelOf(name, client)),
  }) as unknown as Db
}

type RawQuery = [text: TemplateStringsArray | Prisma.Sql, ...values: unknown[]]
type Action = (args: unknown) => Promise<unknown>

function modelOf(model: string, client: () => Promise<Client>): Record<string, Action> {
  return new Proxy<Record<string, Action>>(
    {},
    {
      get: (_, action: string) => async (args: unknown) => {
        const models = (await client()) as unknown as Record<string, Record<string, Action>>
        return models[model]?.[action]?.(args)
      },
    },
  )
}

function statementOf([query, ...values]: RawQuery): SqlQuery {
  const { text, values: all } = query instanceof Prisma.Sql ? query : Prisma.sql(query, ...values)
  return {
    sql: text,
    args: all.map(argumentOf),
    argTypes: all.map((value) => ({
      scalarType: 'unknown',
      arity: Array.isArray(value) ? 'list' : 'scalar',
    })),
  }
}

/** The adapter formats dates, and `pg` everything else except decimals. */
function argumentOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(argumentOf)
  return Prisma.Decimal.isDecimal(value) ? value.toString() : value
}

type Convert = (value: never) => unknown

const bigint: Convert = (value: string | number) => BigInt(value)
const bytes: Convert = (value: Buffer) => new Uint8Array(value)
const date: Convert = (value: string) => new Date(value)
const decimal: Convert = (value: string) => new Prisma.Decimal(value)
const json: Convert = (value: string) => JSON.parse(value) as unknown
const time: Convert = (value: string) => new Date(`1970-01-01T${value}Z`)

/** What the client makes of the values of each type; of the others it makes nothing. */
const converts = new Map<ColumnType, Convert>([
  [ColumnTypeEnum.Int64, bigint],
  [ColumnTypeEnum.Int64Array, each(bigint)],
  [ColumnTypeEnum.Bytes, bytes],
  [ColumnTypeEnum.BytesArray, each(bytes)],
  [ColumnTypeEnum.Date, date],
  [ColumnTypeEnum.DateArray, each(date)],
  [ColumnTypeEnum.DateTime, date],
  [ColumnTypeEnum.DateTimeArray, each(date)],
  [ColumnTypeEnum.Numeric, decimal],
  [ColumnTypeEnum.NumericArray, each(decimal)],
  [ColumnTypeEnum.Json, json],
  [ColumnTypeEnum.JsonArray, each(json)],
  [ColumnTypeEnum.Time, time],
  [ColumnTypeEnum.TimeArray, each(time)],
])

function each(convert: Convert): Convert {
  return (values: unknown[]) => values.map((value) => (value === null ? null : convert(value as never)))
}

function convertOf(type: ColumnType | undefined): Convert | undefined {
  return type === undefined ? undefined : converts.get(type)
}

function rowsOf({ columnNames, columnTypes, rows }: SqlResultSet): Record<string, unknown>[] {
  const columns = columnNames.map((name, index) => ({ name, convert: convertOf(columnTypes[index]) }))
  return rows.map((row) => {
    const record: Record<string, unknown> = {}
    // An iterator of entries takes four times as long before V8 compiles the loop.
    columns.forEach(({ name, convert }, i) => {
      record[name] = row[i] === null || convert === undefined ? row[i] : convert(row[i] as never)
    })
    return record
  })
}
