import { counted } from '../../../domain/counted.js'
import type pg from 'pg'
import { lockTimeout, quoteIdentifier, type Connection } from '../../../engine/connection/connection.js'
import { describeStatement } from '../../../engine/connection/describe-statement.js'
import { localSettings } from '../../../engine/local-settings.js'
import { UsageError, required } from '../../../errors.js'
import { queryColumns, type QueryColumn } from './column-values.js'

/** Values as PostgreSQL prints them. */
export type Row = (string | null)[]

/** Print the plan; `analyze` also runs the statement. */
export interface Explain {
  analyze: boolean
  format: 'text' | 'json'
}

/** What stands before a statement whose plan is printed; empty for others. */
export function explainPrefix(explain: Explain | undefined): string {
  if (explain === undefined) return ''
  return `EXPLAIN (${explain.analyze ? 'ANALYZE, BUFFERS, ' : ''}FORMAT ${explain.format.toUpperCase()}) `
}

/** The extended protocol, also without parameters; values stay PostgreSQL's text. */
export const asText = {
  queryMode: 'extended',
  rowMode: 'array',
  types: { getTypeParser: () => (text: string) => text },
} as const

/** Values are printed in one way, whatever the server or the role has set. */
const printing = {
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
}

/** Settings of the transaction that runs a text of the user. */
export async function prepareSession(
  client: pg.PoolClient,
  { schema }: Connection,
  lockTimeoutMs: number,
): Promise<void> {
  await client.query(
    "SELECT set_config('search_path', $1, true), set_config('statement_timeout', '0', true)",
    [quoteIdentifier(schema)],
  )
  const settings = { ...printing, lock_timeout: lockTimeout(lockTimeoutMs) }
  for (const statement of localSettings(settings)) await client.query(statement)
}

export interface DescribedText {
  /** Null: it returns no rows. */
  columns: QueryColumn[] | null
  /** As SQL spells them. */
  parameterTypes: string[]
}

/** What a text takes and returns; nothing of it runs. @throws UsageError for too many or too few parameters */
export async function describeText(
  client: pg.PoolClient,
  text: string,
  parameters: readonly string[],
): Promise<DescribedText> {
  const { columns, parameterTypes } = await describeStatement(client, text)
  if (parameters.length !== parameterTypes.length) {
    throw new UsageError(
      `the statement has ${counted(parameterTypes.length, 'parameter')}, given: ${parameters.length}`,
      { hint: 'give --param once for each of $1, $2, …' },
    )
  }
  const { rows } = await client.query<{ id: string; name: string; element: string | null }>(
    `SELECT
       oid::text AS id, format_type(oid, -1) AS name,
       CASE WHEN typcategory = 'A' AND typelem <> 0 THEN format_type(typelem, -1) END AS element
     FROM pg_type
     WHERE oid = ANY($1::oid[])`,
    [[...parameterTypes, ...(columns ?? []).map(({ type }) => type)]],
  )
  const types = new Map(rows.map(({ id, ...type }) => [Number(id), type]))
  const typeOf = (id: number) => required(types.get(id), `the type ${id}`)
  return {
    columns: columns && queryColumns(columns.map(({ name, type }) => ({ name, type: typeOf(type) }))),
    parameterTypes: parameterTypes.map((id) => typeOf(id).name),
  }
}
