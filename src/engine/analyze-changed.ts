import type { Connection } from './connection/connection.js'

/** As autovacuum's: this many changed rows, and this share of the rows there were, since the last ANALYZE. */
const changedRows = 50
const changedShare = 0.1

/** A table without statistics that is larger than this was filled little by little. */
const unknownBytes = 65_536

/**
 * Brings the planner's statistics of changed tables up to date, of every schema: the embedded database has no autovacuum, and
 * would plan every query as if its tables were empty.
 */
export async function analyzeChanged({ pool }: Connection): Promise<void> {
  // What this process changed is counted once it is flushed, which waits a second otherwise.
  await pool.query('SELECT pg_stat_force_next_flush()')
  const { rows } = await pool.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (SELECT pg_stat_get_mod_since_analyze(c.oid) AS changed) s
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND (
       s.changed > ${changedRows} + ${changedShare} * greatest(c.reltuples, 0)
       OR (s.changed > 0 AND c.reltuples <= 0 AND pg_relation_size(c.oid) > ${unknownBytes})
     )
     ORDER BY c.oid`,
  )
  for (const { name } of rows) await pool.query(`ANALYZE ${name}`)
}
