import { readFile } from 'node:fs/promises'
import type { Connection } from '../../src/engine/connection/connection.js'
import { overPglite } from '../../src/engine/embedded/pglite.js'
import { startPglite } from '../../src/engine/embedded/start-pglite.js'

/** A running PGlite, and the state of its catalogue and session when it was new. */
interface Shared {
  connection: Connection
  asNew: string
}

let kept: Shared | undefined

/**
 * A migrated PGlite in memory. To start one takes 0.6 to 1.2 s of the processor, so a worker lends the same one to file
 * after file. `release` keeps it only where the file left it as it was; its rows are the business of `useDatabase`.
 */
export async function borrowPglite(
  dump: string,
): Promise<{ connection: Connection; release(): Promise<void> }> {
  const shared = kept ?? (await start(dump))
  kept = undefined
  return {
    connection: shared.connection,
    release: async () => {
      const isAsNew = (await state(shared.connection).catch(() => null)) === shared.asNew
      if (isAsNew) kept = shared
      else await shared.connection.close()
    },
  }
}

async function start(dump: string): Promise<Shared> {
  const loadDataDir = new Blob([await readFile(dump)], { type: 'application/x-tar' })
  const database = await startPglite({ loadDataDir, longWork: true })
  const connection = await overPglite(database, { schema: 'public', target: 'embedded in memory' })
  return { connection, asNew: await state(connection) }
}

/** What a file could change besides rows: other objects, statistics, settings, locks, and grown tables. */
async function state({ pool }: Connection): Promise<string> {
  // A changed or new row of the catalogue has another transaction in xmin.
  const catalogues = [
    ...[
      'pg_class',
      'pg_attribute',
      'pg_attrdef',
      'pg_index',
      'pg_constraint',
      'pg_trigger',
      'pg_proc',
      'pg_type',
    ],
    ...[
      'pg_namespace',
      'pg_extension',
      'pg_authid',
      'pg_db_role_setting',
      'pg_statistic',
      'pg_rewrite',
      'pg_policy',
    ],
    '_prisma_migrations',
  ].map((name) => `(SELECT count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0) FROM ${name})`)
  const { rows } = await pool.query<{ state: string }>(`
    SELECT concat_ws(
      ', ', ${catalogues.join(', ')},
      (SELECT sum(reltuples) FROM pg_class),
      (SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE source = 'session'),
      (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
      (SELECT sum(pg_relation_size(oid)) < 4000000 FROM pg_class WHERE relkind = 'r' AND oid >= 16384)) AS state`)
  return rows[0]?.state ?? ''
}
