import { Prisma } from '../../../engine/sql.js'
import { namespaceIn } from './tables.js'
import type { Topic } from './topic.js'

const statementOrder: Readonly<Record<string, string>> = {
  total: 's.total_exec_time',
  calls: 's.calls',
  mean: 's.mean_exec_time',
  io: 's.shared_blks_read + s.temp_blks_read + s.temp_blks_written',
}

export const serverTopics = {
  database: {
    title: 'what this database has done',
    aliases: ['db-stats', 'stats'],
    columns: ['database', 'bytes', 'commits', 'rollbacks', 'deadlocks', 'temporaryBytes', 'connections'],
    counts: true,
    rows: () => Prisma.sql`
      SELECT
        d.datname::text AS database, pg_database_size(d.oid)::float8 AS bytes, s.xact_commit::float8 AS commits,
        s.xact_rollback::float8 AS rollbacks, s.deadlocks::float8 AS deadlocks, s.temp_bytes::float8 AS "temporaryBytes",
        s.numbackends AS connections
      FROM pg_database d
      JOIN pg_stat_database s ON s.datid = d.oid
      WHERE d.datname = current_database()`,
  },
  cache: {
    title: 'how often tables and indexes are read from memory',
    aliases: ['cache-hit', 'index-cache-hit', 'table-cache-hit'],
    columns: ['table', 'reads', 'hitShare', 'indexHitShare'],
    counts: true,
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', n.nspname, s.relname) AS "table", (s.heap_blks_hit + s.heap_blks_read)::float8 AS reads,
        s.heap_blks_hit::float8 / nullif(s.heap_blks_hit + s.heap_blks_read, 0) AS "hitShare",
        s.idx_blks_hit::float8 / nullif(s.idx_blks_hit + s.idx_blks_read, 0) AS "indexHitShare"
      FROM pg_statio_all_tables s
      JOIN pg_namespace n ON n.nspname = s.schemaname
      WHERE ${namespaceIn(scope)}
      ORDER BY reads DESC, 1`,
  },
  buffers: {
    title: 'what is in shared_buffers',
    aliases: ['buffercache', 'buffercache-stats', 'buffercache-usage'],
    columns: ['relation', 'bytes', 'share', 'dirtyShare'],
    min: { column: 'bytes', unit: 'bytes' },
    extension: 'pg_buffercache',
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', n.nspname, c.relname) AS relation, count(*) * 8192::float8 AS bytes,
        count(*)::float8 / (SELECT setting::float8 FROM pg_show_all_settings() WHERE name = 'shared_buffers') AS share,
        avg(b.isdirty::int)::float8 AS "dirtyShare"
      FROM ${Prisma.raw(scope.extension)}.pg_buffercache b
      JOIN pg_class c ON pg_relation_filenode(c.oid) = b.relfilenode
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE b.reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND ${namespaceIn(scope)}
      GROUP BY n.nspname, c.relname
      ORDER BY bytes DESC, 1`,
  },
  io: {
    title: 'pages read and written by tables',
    aliases: ['traffic-profile'],
    columns: ['table', 'heapRead', 'heapHit', 'indexRead', 'indexHit', 'toastRead'],
    counts: true,
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', n.nspname, s.relname) AS "table", s.heap_blks_read::float8 AS "heapRead", s.heap_blks_hit::float8 AS "heapHit",
        s.idx_blks_read::float8 AS "indexRead", s.idx_blks_hit::float8 AS "indexHit", s.toast_blks_read::float8 AS "toastRead"
      FROM pg_statio_all_tables s
      JOIN pg_namespace n ON n.nspname = s.schemaname
      WHERE ${namespaceIn(scope)}
      ORDER BY s.heap_blks_read + coalesce(s.idx_blks_read, 0) DESC, 1`,
  },
  statements: {
    title: 'statements by what they cost; --sort total, calls, mean or io',
    aliases: ['outliers', 'query-stats'],
    orders: Object.keys(statementOrder),
    columns: ['query', 'calls', 'totalMs', 'meanMs', 'rows', 'pagesRead'],
    counts: true,
    since: ({ extension }) =>
      Prisma.sql`SELECT stats_reset AS since FROM ${Prisma.raw(extension)}.pg_stat_statements_info`,
    extension: 'pg_stat_statements',
    rows: ({ sort = 'total', extension }) => Prisma.sql`
      SELECT
        regexp_replace(s.query, '[[:space:]]+', ' ', 'g') AS query, s.calls::float8 AS calls, s.total_exec_time AS "totalMs",
        s.mean_exec_time AS "meanMs", s.rows::float8 AS rows, s.shared_blks_read::float8 AS "pagesRead"
      FROM ${Prisma.raw(extension)}.pg_stat_statements s
      JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
      ORDER BY ${Prisma.raw(statementOrder[sort] ?? 's.total_exec_time')} DESC, query`,
  },
  settings: {
    title: 'settings that are not the default',
    aliases: ['db-settings'],
    columns: ['name', 'setting', 'unit', 'source', 'pendingRestart'],
    rows: () => Prisma.sql`
      SELECT name, setting, unit, source, pending_restart AS "pendingRestart"
      FROM pg_show_all_settings()
      WHERE source NOT IN ('default', 'override', 'client', 'session')
      ORDER BY name`,
  },
  extensions: {
    title: 'installed extensions',
    aliases: ['add-extensions'],
    columns: ['extension', 'version', 'available', 'schema'],
    rows: () => Prisma.sql`
      SELECT e.extname::text AS extension, e.extversion AS version, a.default_version AS available, n.nspname::text AS schema
      FROM pg_extension e
      JOIN pg_namespace n ON n.oid = e.extnamespace
      LEFT JOIN pg_available_extensions a ON a.name = e.extname
      ORDER BY 1`,
  },
  replication: {
    title: 'replication slots, standbys and subscriptions, and how far they lag',
    aliases: ['replication-slots'],
    columns: ['name', 'kind', 'active', 'state', 'lagBytes'],
    min: { column: 'lagBytes', unit: 'bytes' },
    ofServer: true,
    rows: () => Prisma.sql`
      WITH here AS (
        SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn
      )
      SELECT slot_name::text AS name, slot_type || ' slot' AS kind, active, wal_status AS state, pg_wal_lsn_diff(here.lsn, restart_lsn)::float8 AS "lagBytes"
      FROM pg_replication_slots, here
      UNION ALL
      SELECT application_name, 'standby', true, state, pg_wal_lsn_diff(here.lsn, replay_lsn)::float8
      FROM pg_stat_replication, here
      UNION ALL
      SELECT subname::text, 'subscription', pid IS NOT NULL, NULL, pg_wal_lsn_diff(latest_end_lsn, received_lsn)::float8
      FROM pg_stat_subscription
      ORDER BY 2, 1`,
  },
  checkpoints: {
    title: 'how the journal is written to the tables',
    aliases: ['checkpointer', 'bgwriter'],
    columns: ['timed', 'requested', 'writeMs', 'syncMs', 'pages'],
    counts: true,
    since: ({ major }) =>
      major >= 17
        ? Prisma.sql`SELECT stats_reset AS since FROM pg_stat_checkpointer`
        : Prisma.sql`SELECT stats_reset AS since FROM pg_stat_bgwriter`,
    // PostgreSQL 17 gave the counts a view of their own.
    rows: ({ major }) =>
      major >= 17
        ? Prisma.sql`
            SELECT
              num_timed::float8 AS timed, num_requested::float8 AS requested, write_time AS "writeMs",
              sync_time AS "syncMs", buffers_written::float8 AS pages
            FROM pg_stat_checkpointer`
        : Prisma.sql`
            SELECT
              checkpoints_timed::float8 AS timed, checkpoints_req::float8 AS requested,
              checkpoint_write_time AS "writeMs", checkpoint_sync_time AS "syncMs", buffers_checkpoint::float8 AS pages
            FROM pg_stat_bgwriter`,
  },
} as const satisfies Record<string, Topic>
