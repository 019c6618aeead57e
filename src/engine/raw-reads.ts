import { PrismaPg } from '@prisma/adapter-pg'
import {
  ColumnTypeEnum,
  type ColumnType,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import type { Client, Db } from './client.js'
import type { Connection } from './connection/connection.js'
import { Prisma } from './sql.js'

/** A `Db`, and what ends its use of the pool. */
export interface RawReads {
  db: Db
  close(): Promise<void>
}

/**
 * A `Db` outside of transactions. Its raw queries go through Prisma's driver adapter alone and return what Prisma's client
 * returns: loading and starting the client takes a fifth of a short command. Models are the client's, created for the first
 * of them.
 */
export function rawReads({ pool }: Connection, client: () => Promise<Client>): RawReads {
  let adapter: Promise<SqlDriverAdapter> | undefined
  const connected = () => (adapter ??= new PrismaPg(pool).connect())
  const raw: Record<string, unknown> = {
    $queryRaw: async (...query: RawQuery) => rowsOf(await (await connected()).queryRaw(statementOf(query))),
    $executeRaw: async (...query: RawQuery) => (await connected()).executeRaw(statementOf(query)),
  }
  const db = new Proxy(raw, {
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then' ? undefined : (raw[name] ??= modelOf(name, client)),
  }) as unknown as Db
  return { db, close: async () => (await adapter)?.dispose() }
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
