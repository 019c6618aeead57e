import { Prisma } from '../../../engine/sql.js'
import type { Topic } from './topic.js'

export const activityTopics = {
  activity: {
    title: 'client sessions of this database',
    aliases: ['sessions', 'connections', 'role-connections', 'user-connections'],
    columns: ['pid', 'user', 'application', 'client', 'state', 'seconds', 'waitsFor', 'query'],
    min: { column: 'seconds', unit: 'seconds' },
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT
        a.pid, a.usename::text AS "user", a.application_name AS application, host(a.client_addr) AS client, a.state,
        extract(epoch FROM clock_timestamp() - coalesce(a.state_change, a.backend_start))::float8 AS seconds,
        a.wait_event_type || ': ' || a.wait_event AS "waitsFor", a.query
      FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      ORDER BY seconds DESC, a.pid`,
  },
  long: {
    title: 'statements that run, the longest first',
    aliases: ['long-running-queries'],
    columns: ['pid', 'user', 'seconds', 'waitsFor', 'query'],
    min: { column: 'seconds', unit: 'seconds' },
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT
        a.pid, a.usename::text AS "user", extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS seconds,
        a.wait_event_type || ': ' || a.wait_event AS "waitsFor", a.query
      FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.state = 'active'
      ORDER BY seconds DESC, a.pid`,
  },
  locks: {
    title: 'locks on tables',
    aliases: ['all-locks'],
    columns: ['pid', 'relation', 'mode', 'granted', 'seconds', 'query'],
    min: { column: 'seconds', unit: 'seconds' },
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT
        l.pid, ${qualified(Prisma.sql`l.relation`)} AS relation, l.mode, l.granted,
        extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, a.xact_start))::float8 AS seconds, a.query
      FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid <> pg_backend_pid()
      ORDER BY l.granted, seconds DESC NULLS LAST, l.pid, 2`,
  },
  blocking: {
    title: 'which session blocks which, as a tree',
    columns: ['tree', 'pid', 'user', 'state', 'seconds', 'query'],
    min: { column: 'seconds', unit: 'seconds' },
    ofServer: true,
    rows: () => Prisma.sql`
      WITH RECURSIVE waits AS (
        SELECT a.pid, unnest(pg_blocking_pids(a.pid)) AS blocker FROM pg_stat_activity a WHERE a.datname = current_database()
      ), tree AS (
        SELECT blocker AS pid, ARRAY[blocker] AS path FROM waits WHERE blocker NOT IN (SELECT pid FROM waits)
        UNION
        SELECT w.pid, t.path || w.pid FROM waits w JOIN tree t ON t.pid = w.blocker WHERE w.pid <> ALL(t.path)
      )
      SELECT
        repeat('  ', cardinality(t.path) - 1) || t.pid AS tree, t.pid, a.usename::text AS "user", a.state,
        extract(epoch FROM clock_timestamp() - coalesce(a.state_change, a.backend_start))::float8 AS seconds, a.query
      FROM tree t
      LEFT JOIN pg_stat_activity a ON a.pid = t.pid
      ORDER BY t.path`,
  },
  prepared: {
    title: 'transactions that were prepared for a two-phase commit',
    columns: ['gid', 'owner', 'seconds'],
    min: { column: 'seconds', unit: 'seconds' },
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT gid, owner::text AS owner, extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds
      FROM pg_prepared_xacts
      WHERE database = current_database()
      ORDER BY prepared, gid`,
  },
  progress: {
    title: 'how far VACUUM, ANALYZE and CREATE INDEX are',
    aliases: ['vacuum-progress', 'analyze-progress'],
    columns: ['pid', 'command', 'relation', 'phase', 'doneShare'],
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT pid, 'VACUUM' AS command, ${qualified(Prisma.sql`relid`)} AS relation, phase, heap_blks_scanned::float8 / nullif(heap_blks_total, 0) AS "doneShare"
      FROM pg_stat_progress_vacuum WHERE datname = current_database()
      UNION ALL
      SELECT pid, 'ANALYZE', ${qualified(Prisma.sql`relid`)}, phase, sample_blks_scanned::float8 / nullif(sample_blks_total, 0)
      FROM pg_stat_progress_analyze WHERE datname = current_database()
      UNION ALL
      SELECT pid, command, ${qualified(Prisma.sql`relid`)}, phase, coalesce(blocks_done::float8 / nullif(blocks_total, 0), tuples_done::float8 / nullif(tuples_total, 0))
      FROM pg_stat_progress_create_index WHERE datname = current_database()
      ORDER BY 1`,
  },
  roles: {
    title: 'roles, with their powers and connections',
    aliases: ['role-stats', 'role-configs'],
    columns: ['role', 'login', 'superuser', 'bypassesRowSecurity', 'connections', 'connectionLimit'],
    ofServer: true,
    rows: () => Prisma.sql`
      SELECT
        r.rolname::text AS role, r.rolcanlogin AS login, r.rolsuper AS superuser, r.rolbypassrls AS "bypassesRowSecurity",
        (SELECT count(*)::int FROM pg_stat_activity a WHERE a.usesysid = r.oid) AS connections,
        nullif(r.rolconnlimit, -1) AS "connectionLimit"
      FROM pg_roles r
      WHERE r.rolname NOT LIKE 'pg\\_%'
      ORDER BY 1`,
  },
} as const satisfies Record<string, Topic>

/** The name of a relation with its schema, whatever the search path. */
function qualified(oid: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ${oid})`
}
