import * as Type from 'typebox'
import { countedTables, jsonNameOf } from '../domain/counted-tables.js'
import { Count, Each, Nullable, OneOf, Time } from './shape.js'

const engines = ['embedded', 'postgresql'] as const

/** `edited`: applied, but from another text; `unknown`: applied by another version. */
const migrationStates = ['applied', 'pending', 'edited', 'failed', 'unknown'] as const

export type MigrationState = (typeof migrationStates)[number]

/**
 * How the tables stand to this version: `foreign` is another application's tables, `unbaselined` ours without a record,
 * `newer` a migration this version does not know.
 */
export const schemaStates = [
  'current',
  'older',
  'newer',
  'failed',
  'edited',
  'empty',
  'foreign',
  'unbaselined',
] as const

export type SchemaState = (typeof schemaStates)[number]

export const migrationShape = Type.Object({
  name: Type.String(),
  state: OneOf(migrationStates),
  finishedAt: Nullable(Time),
  /** The message of a failed one. */
  logs: Nullable(Type.String()),
})

/** One of our tables, as it is now. */
const tableSizeShape = Type.Object({
  name: Type.String(),
  rows: Count,
  /** With its indexes and whatever is stored out of line. */
  bytes: Count,
})

/** What one process asked of its databases. */
const countersShape = Type.Object({
  /** Statements, BEGIN and COMMIT among them. */
  queries: Count,
  /** From sending one to its answer; 0 without queries. */
  meanMs: Type.Number({ minimum: 0 }),
  slowQueries: Count,
  /** Connections and units of work that were tried again. */
  retries: Count,
  /** Those that were opened. */
  connections: Count,
})

export const databaseShape = Type.Object({
  connected: Type.Literal(true),
  engine: OneOf(engines),
  target: Type.String(),
  serverVersion: Type.String(),
  /** Of one statement and its answer. */
  latencyMs: Type.Number({ minimum: 0 }),
  /** `$CTO_HOME` of the embedded database; null for a server. */
  path: Nullable(Type.String()),
  schema: Type.String(),
  state: OneOf(schemaStates),
  /** Through a pooler that keeps no session state. */
  pooled: Type.Boolean(),
  /** Whether the way to the server is encrypted; null for the embedded database, which has none. */
  encrypted: Nullable(Type.Boolean()),
  /** Where the extension pg_trgm is; null where it is missing. */
  trigramSchema: Nullable(Type.String()),
  /** Of all tables. */
  bytes: Count,
  tables: Type.Array(tableSizeShape),
  /** Of this command. */
  counters: countersShape,
})

/** Rows of every counted table. */
const rowCountsShape = Each(countedTables.map(jsonNameOf), Count)

export const seedShape = Type.Object({
  size: OneOf(['small', 'large', 'workspaces', 'delivery']),
  /** False where the set was there already. */
  seeded: Type.Boolean(),
  /** Of the database; of the sample workspaces together where those are stored. */
  rows: rowCountsShape,
  /** The sample workspaces; empty for other sets. */
  workspaces: Type.Array(Type.Object({ workspace: Type.String(), seeded: Type.Boolean() })),
})

/** How to reach the embedded database while it is served. */
export const servingShape = Type.Object({
  /** Of the Unix socket. */
  folder: Type.String(),
  /** The process that serves. */
  pid: Count,
  /** A command line. */
  psql: Type.String(),
  url: Type.String(),
})

export type Serving = Type.Static<typeof servingShape>
export type MigrationStatus = Type.Static<typeof migrationShape>
export type Counters = Type.Static<typeof countersShape>
export type DatabaseInfo = Type.Static<typeof databaseShape>
export type RowCounts = Type.Static<typeof rowCountsShape>
export type Seeding = Type.Static<typeof seedShape>
