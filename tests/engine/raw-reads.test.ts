import { afterAll, beforeAll, expect, test } from 'vitest'
import { prismaOver, type Client, type Db } from '../../src/engine/client.js'
import { databaseFailure } from '../../src/engine/connection/failure.js'
import { rawReads, type RawReads } from '../../src/engine/raw-reads.js'
import { Prisma } from '../../src/engine/sql.js'
import { addUser } from '../helpers/factories.js'
import { useDatabase } from '../helpers/database.js'

// Raw queries of a read do without Prisma's client: each is compared with what the client returns.

const database = useDatabase()
let client: Client
let reads: Db
let raw: RawReads
let starts = 0

beforeAll(() => {
  client = prismaOver(database.connection, { maxWaitMs: 0 })
  raw = rawReads(database.connection, () => {
    starts++
    return Promise.resolve(client)
  })
  reads = raw.db
})
afterAll(async () => {
  await raw.close()
  await client.$disconnect()
})

const values = [
  ...[
    'true',
    '7::int2',
    '7',
    '9007199254740993',
    '1.5::float4',
    '1.5::float8',
    "'NaN'::float8",
    '12.50::numeric',
  ],
  ...["'12'::money", "'text'::text", "'v'::varchar", "'c'::bpchar", "'n'::name", "B'101'", '7::oid'],
  ...["'2026-02-03'::date", "'04:05:06.7'::time", "'04:05:06+02'::timetz", "'\\x00ff'::bytea"],
  ...["'2026-02-03 04:05:06.789'::timestamp", "'2026-02-03 04:05:06.789+02'::timestamptz"],
  ...['\'{"a":[1,null]}\'::json', "'[1]'::jsonb", "'null'::jsonb", "'<a/>'::xml", "'127.0.0.1'::inet"],
  ...["'6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid", '\'low\'::"BugSeverity"'],
]

test.each(values)('a result of type %s, alone, in an array, and null', async (value) => {
  const type = Prisma.raw(value)
  const ask = async (db: Db) => {
    const one = db.$queryRaw<unknown[]>`SELECT ${type} AS v, NULLIF(1, 1) AS n`
    const list = db.$queryRaw<unknown[]>`SELECT ARRAY[${type}, NULL] AS v`
    return Promise.allSettled([one, list])
  }
  const [[one, list], [ourOne, ourList]] = [await ask(client), await ask(reads)]
  expect(ourOne).toStrictEqual(one)
  if (list.status === 'fulfilled') expect(ourList).toStrictEqual(list)
  else expect(ourList.status).toBe('rejected')
})

const at = new Date('2026-02-03T04:05:06.789Z')

test.each([
  ['a text', Prisma.sql`${"it's"}::text`],
  ['a whole number', Prisma.sql`${7}::int`],
  ['a fraction', Prisma.sql`${1.5}::float8`],
  ['a large number', Prisma.sql`${2n ** 60n}::int8`],
  ['a decimal', Prisma.sql`${new Prisma.Decimal('0.1')}::numeric`],
  ['a boolean', Prisma.sql`${false}::boolean`],
  ['null', Prisma.sql`${null}::text`],
  ['a time', Prisma.sql`${at}::timestamptz`],
  ['bytes', Prisma.sql`${new Uint8Array([0, 255])}::bytea`],
  ['an object', Prisma.sql`${{ a: ['"', 1] }}::jsonb`],
  ['texts', Prisma.sql`${['a', 'b,{}', null]}::text[]`],
  ['no texts', Prisma.sql`${[]}::text[]`],
  ['times', Prisma.sql`${[at, at]}::timestamptz[]`],
  ['large numbers', Prisma.sql`${[1n, 2n ** 60n]}::int8[]`],
  ['objects', Prisma.sql`${[{ a: 1 }, { b: '"' }]}::jsonb[]`],
])('a parameter that is %s', async (_, value) => {
  const ask = (db: Db) => db.$queryRaw`SELECT ${value} AS v`
  expect(await ask(reads)).toStrictEqual(await ask(client))
})

test('a statement that the database rejects has the same failure', async () => {
  const ask = (db: Db) => db.$queryRaw`SELECT missing`
  const failure = async (db: Db) => databaseFailure(await ask(db).catch((error: unknown) => error))
  expect(await failure(reads)).toEqual(await failure(client))
  expect(await failure(reads)).toMatchObject({ code: '42703', message: 'column "missing" does not exist' })
})

test('the client is started by the first question to a model, and by no other', async () => {
  const { email } = await addUser(database, 'ada')
  expect(await reads.$executeRaw`SELECT 1`).toBe(1)
  expect(starts).toBe(0)
  const find = (db: Db) => db.user.findMany({ where: { email }, select: { email: true } })
  expect(await find(reads)).toEqual([{ email }])
  expect(starts).toBe(1)
})

test('a transaction reads models too, without the client outside of it', async () => {
  const { id } = await addUser(database, 'grace')
  const before = starts
  const seen = await raw.transaction(async (tx) => {
    await tx.$executeRaw`UPDATE users SET name = 'Renamed' WHERE id = ${id}::uuid`
    return tx.user.findUnique({ where: { id }, select: { name: true } })
  })
  expect(seen).toEqual({ name: 'Renamed' })
  expect(starts).toBe(before)
  expect(await reads.$queryRaw`SELECT name FROM users WHERE id = ${id}::uuid`).toEqual([{ name: 'Renamed' }])
})

test('a transaction that fails is rolled back, and its connection is usable again', async () => {
  const { id } = await addUser(database, 'joan')
  const work = raw.transaction(async (tx) => {
    await tx.$executeRaw`UPDATE users SET name = 'Undone' WHERE id = ${id}::uuid`
    return tx.$queryRaw`SELECT missing`
  })
  await expect(work).rejects.toThrow()
  expect(
    await raw.transaction((tx) => tx.$queryRaw`SELECT count(*)::int AS n FROM users WHERE name = 'Undone'`),
  ).toEqual([{ n: 0 }])
})

test('a transaction has the isolation that is asked for', async () => {
  const isolation = (tx: Db) => tx.$queryRaw`SELECT current_setting('transaction_isolation') AS v`
  expect(await raw.transaction(isolation, 'REPEATABLE READ')).toEqual([{ v: 'repeatable read' }])
  expect(await raw.transaction(isolation)).toEqual([{ v: 'read committed' }])
})
