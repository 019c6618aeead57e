import type { PoolClient } from 'pg'
import type { Connection } from '../connection/connection.js'
import { namesOf } from './catalogue.js'
import type { MigrationSet } from './migration-set.js'
import type { TableSize } from '../../shapes/database.js'

export type { TableSize }

/** The sizes of our existing tables, by name; rows are counted, not estimated. */
export async function tableSizes(
  client: PoolClient,
  { schema }: Pick<Connection, 'schema'>,
  set: MigrationSet,
): Promise<TableSize[]> {
  const { rows: present } = await client.query<{ name: string; quoted: string; bytes: string }>(
    `SELECT c.relname AS name, quote_ident(c.relname) AS quoted, pg_total_relation_size(c.oid)::text AS bytes
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND quote_ident(c.relname) = ANY($2)
     ORDER BY c.relname`,
    [schema, namesOf(await set.catalogue(), 'TABLE')],
  )
  if (present.length === 0) return []
  const counts = present.map(({ quoted }) => `(SELECT count(*) FROM ${quoted})::text AS ${quoted}`)
  const { rows } = await client.query<Record<string, string>>(`SELECT ${counts.join(', ')}`)
  return present.map(({ name, bytes }) => ({ name, rows: Number(rows[0]?.[name]), bytes: Number(bytes) }))
}
