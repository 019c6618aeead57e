import { performance } from 'node:perf_hooks'
import { inTransaction } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { migrationStatus } from './migrations.js'
import type { DatabaseInfo } from '../../shapes/database.js'
import type { MigrationSet } from './migration-set.js'
import { trigramSchema } from './trigram.js'

/** Of a database, all but what is stored in it. */
export type ConnectionInfo = Omit<DatabaseInfo, 'bytes' | 'tables' | 'counters'>

const pings = 5

export async function connectionInfo(connection: Connection, set: MigrationSet): Promise<ConnectionInfo> {
  const { engine, target, folder, schema, pooled, capabilities } = connection
  const latencyMs = await latency(connection)
  const { state } = await migrationStatus(connection, set)
  return inTransaction(connection, async (client) => {
    const { rows } = await client.query<{ version: string; encrypted: boolean | null }>(
      `SELECT current_setting('server_version') AS version,
         (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted`,
    )
    return {
      connected: true,
      engine,
      target,
      serverVersion: rows[0]?.version ?? 'unknown',
      latencyMs,
      path: folder,
      schema,
      state,
      pooled,
      encrypted: capabilities.canSeeEncryption ? (rows[0]?.encrypted ?? null) : null,
      trigramSchema: await trigramSchema(client),
    }
  })
}

/** The shortest of a few pings, in ms: the rest is noise. */
async function latency({ pool }: Connection): Promise<number> {
  let best = Infinity
  for (let ping = 0; ping < pings; ping++) {
    const start = performance.now()
    await pool.query('SELECT 1')
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best * 100) / 100
}
