import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

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
  /** What stands before the number in a text, `BUG-`; null where the column is a number. */
  prefix: string | null
}

/** The sequences that number columns of the schema, each with the highest number in its column. */
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
      CASE WHEN a.atttypid = 'text'::regtype THEN
        coalesce(substring(pg_get_expr(f.adbin, f.adrelid) FROM '^\\(?''([^'']*)''::text'), '') END AS prefix,
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
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE n.nspname = ${schema}
    ORDER BY 1`
  const states: SequenceState[] = []
  for (const { prefix, ...sequence } of owned) {
    states.push({ ...sequence, highest: await highestIn(db, { ...sequence, prefix }) })
  }
  return states
}

/**
 * Of a text, the longest that begins as the sequence makes it: of 100,000, a regular expression takes 2 s embedded. One
 * that is no number behind its prefix, which people may write, hides those below it.
 */
async function highestIn(
  db: Db,
  { table, column, prefix }: Pick<Owned, 'table' | 'column' | 'prefix'>,
): Promise<number | null> {
  const [from, of] = [Prisma.raw(table), Prisma.raw(column)]
  if (prefix === null) {
    const [row] = await db.$queryRaw<{ highest: number | null }[]>`
      SELECT max(${of})::float8 AS highest FROM ${from}`
    return row?.highest ?? null
  }
  const [row] = await db.$queryRaw<{ text: string }[]>`
    SELECT ${of} AS text
    FROM ${from}
    WHERE starts_with(${of}, ${prefix})
    ORDER BY length(${of}) DESC, ${of} DESC
    LIMIT 1`
  const number = row?.text.slice(prefix.length) ?? ''
  return /^\d{1,15}$/.test(number) ? Number(number) : null
}
