import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

/**
 * Prisma's own schema engine, in process (WASM), for what only Prisma can decide: writing the next
 * migration from the schema's difference, and checking whether a database matches the folder.
 * Nothing is downloaded, and no server is needed: shadow databases are PGlite in memory.
 */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** @typedef {import('@prisma/schema-engine-wasm').SchemaEngine} SchemaEngine */
/** @typedef {import('@prisma/schema-engine-wasm').MigrationList} MigrationList */
/** @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter */

const charOid = 18
const bpcharOid = 1042

/** No tables or enums are excluded from the comparison. */
export const everything = { externalTables: [], externalEnums: [] }

/**
 * @param {import('pg').PoolConfig} database the database to look at
 * @param {string} schema the schema in it that holds our tables
 * @returns {Promise<SchemaEngine>}
 */
export async function openSchemaEngine(database, schema = 'public') {
  const { SchemaEngine } = await loadEngine()
  const factory = {
    provider: /** @type {const} */ ('postgres'),
    adapterName: '@prisma/adapter-pg',
    connect: async () => readableByEngine(await new PrismaPg(database, { schema }).connect()),
    connectToShadowDb: async () => readableByEngine(await new PrismaPg(await inMemory()).connect()),
  }
  const datamodels = (await schemaFiles()).map(({ path, content }) => [path, content])
  return SchemaEngine.new(
    { datamodels: /** @type {[string, string][]} */ (datamodels) },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  )
}

/** @type {Promise<Blob> | undefined} */
let emptyCluster

/** An empty PostgreSQL in this process, as a configuration for `pg`. */
export async function inMemory() {
  // Creating a cluster takes 4 s, loading one half a second, and every query needs a new one.
  emptyCluster ??= dumpEmptyCluster()
  const { connection } = createPgConfig(
    await PGlite.create({ extensions: { pg_trgm }, loadDataDir: await emptyCluster }),
  )
  const parse = connection.parse.bind(connection)
  // `pg` passes the parsers as an object, while PGlite expects a list of type ids.
  connection.parse = (query) => {
    parse({ ...query, types: undefined })
  }
  return /** @type {import('pg').PoolConfig} */ ({ connection, max: 1 })
}

async function dumpEmptyCluster() {
  const database = await PGlite.create()
  const dump = await database.dumpDataDir('none')
  await database.close()
  return dump
}

/** The files of prisma/schema, in the engine's format. */
export async function schemaFiles() {
  const folder = path.join(root, 'prisma/schema')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  return Promise.all(
    names.map(async (name) => ({ path: name, content: await readFile(path.join(folder, name), 'utf8') })),
  )
}

/**
 * The files of prisma/migrations, in the engine's format.
 * @returns {Promise<MigrationList>}
 */
export async function migrationList() {
  const baseDir = path.join(root, 'prisma/migrations')
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => {
        const sql = await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8')
        return {
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: /** @type {const} */ ('ok'), value: sql } },
        }
      }),
    ),
  }
}

/** @type {Promise<typeof import('@prisma/schema-engine-wasm')> | undefined} */
let engineModule

/** Loaded once per process: its JavaScript keeps views of the memory of one WebAssembly instance. */
function loadEngine() {
  engineModule ??= joinEngine()
  return engineModule
}

/** The package exports its JavaScript only for bundlers, so the JavaScript and the WebAssembly are linked here. */
async function joinEngine() {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      /** @param {string} message */
      set_message: (message) => {
        throw new Error(message)
      },
    },
  })
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const glueFile = pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href
  const glue = await import(glueFile)
  // Node's types lack this global.
  const { WebAssembly } = /** @type {any} */ (globalThis)
  const { instance } = await WebAssembly.instantiate(
    await readFile(path.join(folder, 'schema_engine_bg.wasm')),
    { './schema_engine_bg.js': glue },
  )
  glue.__wbg_set_wasm(instance.exports)
  const start = /** @type {() => void} */ (instance.exports.__wbindgen_start)
  start()
  return /** @type {typeof import('@prisma/schema-engine-wasm')} */ (glue)
}

/**
 * adapter-pg splits scripts at every semicolon, even inside function bodies, and rejects PostgreSQL's
 * internal type "char", which the engine's own catalogue queries return: it is passed as bpchar here and
 * returned as a character. The engine runs one query at a time, so the last answer is the right one.
 * @param {SqlDriverAdapter} adapter
 * @returns {SqlDriverAdapter}
 */
function readableByEngine(adapter) {
  const pool = /** @type {{ underlyingDriver(): import('pg').Pool }} */ (
    /** @type {unknown} */ (adapter)
  ).underlyingDriver()
  const query = pool.query.bind(pool)
  /** @type {boolean[]} */
  let isChar = []
  const answer = async (/** @type {import('pg').QueryArrayConfig} */ config) => {
    const result = await query(config)
    isChar = result.fields.map(({ dataTypeID }) => dataTypeID === charOid)
    for (const field of result.fields) if (field.dataTypeID === charOid) field.dataTypeID = bpcharOid
    return result
  }
  pool.query = /** @type {typeof pool.query} */ (answer)
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (params) => {
    const result = await queryRaw(params)
    const columnTypes = result.columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type))
    return { ...result, columnTypes }
  }
  adapter.executeScript = async (script) => {
    await query(script)
  }
  return adapter
}
