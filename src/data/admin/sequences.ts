import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'

export interface SequenceState {
  /** With its schema, as SQL spells it. */
  sequence: string
  table: string
  column: string
  /** The number that was given last, as far as it may be read; null where none was. */
  last: number | null
  /** The highest number in the column; null without rows. */
  highest: number | null
  /** The highest number that the column can hold. */
  most: number
  /** Whether the column would hold more as a bigint. */
  canGrow: boolean
  mayRead: boolean
}

interface Owned extends Omit<SequenceState, 'highest'> {
  isText: boolean
}

/** The sequences that give numbers to columns of the schema, beside the highest numbers that are there. */
export async function findSequences(db: Db, schema: string): Promise<SequenceState[]> {
  const owned = await db.$queryRaw<Owned[]>`
    SELECT
      format('%I.%I', n.nspname, s.relname) AS sequence, format('%I.%I', tn.nspname, t.relname) AS table,
      quote_ident(a.attname) AS column, p.last_value::float8 AS last,
      least(
        q.seqmax::float8,
        CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE q.seqmax::float8 END
      ) AS most,
      a.atttypid IN ('int2'::regtype, 'int4'::regtype) AS "canGrow",
      a.atttypid = 'text'::regtype AS "isText",
      has_sequence_privilege(s.oid, 'SELECT, USAGE') AS "mayRead"
    FROM pg_class s
    JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_sequences p ON p.schemaname = n.nspname AND p.sequencename = s.relname
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
      AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE n.nspname = ${schema}
    ORDER BY 1`
  const states: SequenceState[] = []
  for (const { isText, ...sequence } of owned) {
    states.push({ ...sequence, highest: await highestIn(db, { ...sequence, isText }) })
  }
  return states
}

/** Of a text it is the number at the end: `BUG-1001`. */
async function highestIn(db: Db, { table, column, isText }: Pick<Owned, 'table' | 'column' | 'isText'>) {
  const [from, of] = [Prisma.raw(table), Prisma.raw(column)]
  const [row] = isText
    ? await db.$queryRaw<{ highest: number | null }[]>`
        SELECT substring(${of} FROM '[0-9]+$')::float8 AS highest
        FROM ${from}
        WHERE ${of} ~ '^[^0-9]*[0-9]{1,15}$'
        ORDER BY length(${of}) DESC, ${of} DESC
        LIMIT 1`
    : await db.$queryRaw<{ highest: number | null }[]>`SELECT max(${of})::float8 AS highest FROM ${from}`
  return row?.highest ?? null
}
