import { Prisma } from '../../../engine/sql.js'
import type { Topic, TopicScope } from './topic.js'

/** Namespaces `n` that are looked at. */
export function namespaceIn({ schema, allSchemas }: TopicScope): Prisma.Sql {
  return allSchemas
    ? Prisma.sql`n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`
    : Prisma.sql`n.nspname = ${schema}`
}

const relation = Prisma.sql`format('%I.%I', n.nspname, c.relname)`

export const tableTopics = {
  tables: {
    title: 'size and rows of each table',
    aliases: [
      ...[
        'table-size',
        'table-sizes',
        'total-table-size',
        'total-table-sizes',
        'table-stats',
        'table-record-counts',
      ],
      ...['records-rank', 'seq-scans', 'table-index-scans', 'table-indexes-size', 'table-index-sizes'],
    ],
    columns: ['table', 'rows', 'bytes', 'indexBytes', 'seqScans', 'indexScans'],
    statistics: ['rows', 'seqScans', 'indexScans'],
    estimated: ['rows'],
    min: { column: 'bytes', unit: 'bytes' },
    rows: (scope) => Prisma.sql`
      SELECT
        ${relation} AS "table", greatest(c.reltuples, s.n_live_tup, 0)::float8 AS rows, ${scope.sizes.total('c.oid')}::float8 AS bytes,
        (${scope.sizes.total('c.oid')} - ${scope.sizes.table('c.oid')})::float8 AS "indexBytes",
        s.seq_scan::float8 AS "seqScans", s.idx_scan::float8 AS "indexScans"
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
      WHERE ${namespaceIn(scope)} AND c.relkind IN ('r', 'p', 'm')
      ORDER BY bytes DESC, 1`,
  },
  indexes: {
    title: 'size and use of each index',
    aliases: [
      ...['index-size', 'index-sizes', 'index-stats', 'index-usage', 'index-scans', 'unused-indexes'],
      'total-index-size',
    ],
    columns: ['index', 'table', 'bytes', 'scans', 'unique', 'valid'],
    min: { column: 'bytes', unit: 'bytes' },
    counts: true,
    rows: (scope) => Prisma.sql`
      SELECT
        ${relation} AS index, t.relname::text AS "table", ${scope.sizes.relation('c.oid')}::float8 AS bytes,
        s.idx_scan::float8 AS scans, i.indisunique AS "unique", i.indisvalid AS valid
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = c.oid
      WHERE ${namespaceIn(scope)}
      ORDER BY bytes DESC, 1`,
  },
  duplicates: {
    title: 'indexes of the same columns',
    aliases: ['duplicate-indexes'],
    columns: ['index', 'table', 'sameAs', 'bytes'],
    min: { column: 'bytes', unit: 'bytes' },
    rows: (scope) => Prisma.sql`
      SELECT ${relation} AS index, t.relname::text AS "table", o.relname::text AS "sameAs", ${scope.sizes.relation('c.oid')}::float8 AS bytes
      FROM pg_index i
      JOIN pg_index j ON j.indrelid = i.indrelid AND j.indexrelid < i.indexrelid AND j.indkey = i.indkey
        AND j.indclass = i.indclass AND coalesce(j.indpred::text, '') = coalesce(i.indpred::text, '')
        AND coalesce(j.indexprs::text, '') = coalesce(i.indexprs::text, '')
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class o ON o.oid = j.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${namespaceIn(scope)}
      ORDER BY 1, 3`,
  },
  'foreign-keys': {
    title: 'foreign keys, and whether they are in force',
    aliases: ['table-foreign-keys'],
    columns: ['constraint', 'table', 'references', 'definition', 'validated'],
    rows: (scope) => Prisma.sql`
      SELECT
        k.conname::text AS "constraint", c.relname::text AS "table", p.relname::text AS "references",
        pg_get_constraintdef(k.oid, true) AS definition, k.convalidated AS validated
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_class p ON p.oid = k.confrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${namespaceIn(scope)} AND k.contype = 'f'
      ORDER BY 2, 1`,
  },
  columns: {
    title: 'columns, with the statistics of the planner',
    aliases: ['table-schema', 'null-indexes'],
    columns: ['column', 'type', 'required', 'nullShare', 'distinct', 'bytesWide'],
    estimated: ['nullShare', 'distinct', 'bytesWide'],
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', c.relname, a.attname) AS "column", format_type(a.atttypid, a.atttypmod) AS type,
        a.attnotnull AS required, s.null_frac::float8 AS "nullShare",
        CASE WHEN s.n_distinct < 0 THEN round((-s.n_distinct * greatest(c.reltuples, 0))::numeric)::float8 ELSE s.n_distinct::float8 END AS "distinct",
        s.avg_width AS "bytesWide"
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
      WHERE ${namespaceIn(scope)} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY c.relname, a.attnum`,
  },
  bloat: {
    title: 'tables that take more pages than their rows need, as far as statistics tell',
    aliases: ['table-bloat'],
    columns: ['table', 'bytes', 'neededBytes', 'ratio'],
    estimated: ['neededBytes', 'ratio'],
    min: { column: 'bytes', unit: 'bytes' },
    rows: (scope) => Prisma.sql`
      SELECT *, round((bytes / greatest("neededBytes", 8192))::numeric, 2)::float8 AS ratio
      FROM (
        SELECT
          ${relation} AS "table", c.relpages * 8192::float8 AS bytes,
          ceil(c.reltuples * (28 + 8 * ceil(width.bytes / 8.0)) * 1.05 / 8192) * 8192 AS "neededBytes"
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT sum(s.avg_width * (1 - s.null_frac))::float8 AS bytes
          FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname
        ) width
        WHERE ${namespaceIn(scope)} AND c.relkind = 'r' AND c.reltuples >= 0 AND width.bytes IS NOT NULL
      ) estimate
      ORDER BY bytes - "neededBytes" DESC, 1`,
  },
  sequences: {
    title: 'sequences, and how much of their numbers is given',
    columns: ['sequence', 'type', 'last', 'most', 'usedShare'],
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', n.nspname, s.sequencename) AS sequence, s.data_type::text AS type, s.last_value::float8 AS last,
        s.max_value::text AS most, coalesce(s.last_value::float8 / s.max_value, 0) AS "usedShare"
      FROM pg_sequences s
      JOIN pg_namespace n ON n.nspname = s.schemaname
      WHERE ${namespaceIn(scope)}
      ORDER BY "usedShare" DESC, 1`,
  },
  vacuum: {
    title: 'dead rows, and when tables were last vacuumed and analysed',
    aliases: ['vacuum-stats'],
    columns: ['table', 'liveRows', 'deadRows', 'deadShare', 'lastVacuum', 'lastAnalyze'],
    estimated: ['liveRows', 'deadRows', 'deadShare'],
    counts: true,
    rows: (scope) => Prisma.sql`
      SELECT
        format('%I.%I', n.nspname, s.relname) AS "table", s.n_live_tup::float8 AS "liveRows", s.n_dead_tup::float8 AS "deadRows",
        coalesce(s.n_dead_tup::float8 / nullif(s.n_live_tup + s.n_dead_tup, 0), 0) AS "deadShare",
        greatest(s.last_vacuum, s.last_autovacuum) AS "lastVacuum", greatest(s.last_analyze, s.last_autoanalyze) AS "lastAnalyze"
      FROM pg_stat_all_tables s
      JOIN pg_namespace n ON n.nspname = s.schemaname
      WHERE ${namespaceIn(scope)}
      ORDER BY s.n_dead_tup DESC, 1`,
  },
  wraparound: {
    title: 'how near tables are to the wraparound of transaction ids',
    columns: ['table', 'xids', 'multixacts', 'usedShare'],
    rows: () => Prisma.sql`
      SELECT
        ${relation} AS "table", age(c.relfrozenxid)::float8 AS xids, mxid_age(c.relminmxid)::float8 AS multixacts,
        greatest(age(c.relfrozenxid), mxid_age(c.relminmxid)) / 2147483648::float8 AS "usedShare"
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 't') AND c.relfrozenxid <> '0'
      ORDER BY "usedShare" DESC, 1`,
  },
} as const satisfies Record<string, Topic>
