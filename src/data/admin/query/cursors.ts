import type pg from 'pg'
import { quoteIdentifier } from '../../../engine/connection/connection.js'
import { recordFields } from './record-text.js'
import { asText, type Row } from './statement.js'

/** The next rows of a query; fewer than asked for: there are no more. */
export type Cursor = (rows: number) => Promise<readonly Row[]>

export interface OpenCursor {
  text: string
  parameters: readonly string[]
  /** As SQL spells them. */
  parameterTypes: readonly string[]
  /** How many the query has. */
  columns: number
  schema: string
  /** It is an EXPLAIN, for which no cursor can be declared. */
  explains: boolean
  /** Of each statement; 0: none. */
  timeoutMs: number
}

/**
 * A cursor inside two SECURITY DEFINER functions, which belong to the role that is set; then the role of the session is
 * in force again. A record is returned as PostgreSQL prints it, since a function cannot return columns that are not known.
 */
export async function openGuardedCursor(client: pg.PoolClient, query: OpenCursor): Promise<Cursor> {
  const { text, parameters, parameterTypes, columns, schema, timeoutMs } = query
  const values = parameterTypes.map((type, i) => `(arguments[${i + 1}])::${type}`)
  const options = `LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${quoteIdentifier(schema)}, pg_temp`
  await client.query(`
    CREATE FUNCTION pg_temp.cto_open(statement text, arguments text[]) RETURNS void ${options} AS $function$
    DECLARE
      query refcursor := 'cto_query';
    BEGIN
      OPEN query NO SCROLL FOR EXECUTE statement${values.length > 0 ? ` USING ${values.join(', ')}` : ''};
    END $function$`)
  await client.query(`
    CREATE FUNCTION pg_temp.cto_fetch(most integer) RETURNS SETOF text ${options} AS $function$
    DECLARE
      query refcursor := 'cto_query';
      line record;
    BEGIN
      FOR i IN 1 .. most LOOP
        FETCH query INTO line;
        EXIT WHEN NOT FOUND;
        RETURN NEXT line::text;
      END LOOP;
    END $function$`)
  await client.query('SET LOCAL ROLE NONE')
  await refuseWrites(client, timeoutMs)
  await client.query('SELECT pg_temp.cto_open($1, $2)', [text, parameters])
  return async (rows) => {
    const found = await client.query<{ line: string }>('SELECT line FROM pg_temp.cto_fetch($1) AS line', [
      rows,
    ])
    return found.rows.map(({ line }) => recordFields(line, columns))
  }
}

export async function openPlainCursor(client: pg.PoolClient, query: OpenCursor): Promise<Cursor> {
  const { text, parameters, explains, timeoutMs } = query
  await refuseWrites(client, timeoutMs)
  const run = async (statement: string, values: readonly string[] = []) =>
    (await client.query<Row>({ ...asText, text: statement, values: [...values] })).rows
  if (explains) {
    const plan = await run(text, parameters)
    return (rows) => Promise.resolve(plan.splice(0, rows))
  }
  await run(`DECLARE cto_query NO SCROLL CURSOR FOR ${text}`, parameters)
  return (rows) => run(`FETCH FORWARD ${rows} FROM cto_query`)
}

/** From here on nothing can be written. */
async function refuseWrites(client: pg.PoolClient, timeoutMs: number): Promise<void> {
  await client.query("SELECT set_config('statement_timeout', $1, true)", [String(timeoutMs)])
  await client.query('SET TRANSACTION READ ONLY')
}
