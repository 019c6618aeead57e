import type { PoolClient } from 'pg'
import type { Connection } from '../connection/connection.js'
import { quoteIdentifier } from '../connection/connection.js'
import type { Migration } from './migrations.js'
import type { TableSize } from '../../shapes/database.js'
import { objectsOf } from './schema-objects.js'

export type { TableSize }

/** Those of our tables that are there, by name; the rows are counted, not estimated. */
export async function tableSizes(
  client: PoolClient,
  { schema }: Pick<Connection, 'schema'>,
  known: readonly Migration[],
): Promise<TableSize[]> {
  const ours = objectsOf(known).filter(({ kind }) => kind === 'TABLE')
  const { rows: present } = await client.query<{ name: string; bytes: string }>(
    `SELECT c.relname AS name, pg_total_relation_size(c.oid)::text AS bytes
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname = ANY($2)
     ORDER BY c.relname`,
    [schema, ours.map(({ name }) => name)],
  )
  if (present.length === 0) return []
  const counts = present.map(
    ({ name }) => `(SELECT count(*) FROM ${quoteIdentifier(name)})::text AS ${quoteIdentifier(name)}`,
  )
  const { rows } = await client.query<Record<string, string>>(`SELECT ${counts.join(', ')}`)
  return present.map(({ name, bytes }) => ({ name, rows: Number(rows[0]?.[name]), bytes: Number(bytes) }))
}
