import { createHash } from 'node:crypto'
import { CtoError, UsageError } from '../../errors.js'
import type { Context, DatabaseOptions } from '../../context.js'
import type { Explain } from '../../data/admin/query/statement.js'
import type { Database } from '../../engine/database.js'
import { collect, integerBetween, wholeNumber } from '../../flags/options.js'
import { readTextFile } from '../../flags/text-file.js'
import { anyQueryView, queryView } from '../../views/query.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'

interface QueryOptions {
  file?: string
  param?: string[]
  explain?: true
  analyze?: true
  timeout?: number
  limit: number
}

export const dbQueryCommand: CommandDefinition = {
  name: 'query',
  description: 'Run one SQL query, read-only; with --write one statement that changes data',
  effect: 'writes',
  output: { list: anyQueryView },
  exitCodes: [3],
  examples: [
    [
      `cto db query 'SELECT status, count(*) FROM bugs GROUP BY 1'`,
      'any question; --format csv exports the rows',
    ],
    [
      `cto db query 'SELECT * FROM bugs WHERE severity = $1' --param critical`,
      'a value that is not part of the SQL',
    ],
    ['cto db query --file report.sql --limit 20', 'SQL from a file; - reads standard input'],
    [`cto db query 'SELECT * FROM bugs' --analyze`, 'run it and print the plan with times'],
    [
      `cto db query --write "UPDATE projects SET language = 'Go' WHERE language = 'Golang'"`,
      'asks before it commits',
    ],
  ],
  parameters: (command) =>
    command
      .argument('[sql]', 'one SQL statement; - reads it from standard input')
      .option('--file <file>', 'read the statement from a file')
      .option('--param <value>', 'the value of $1; repeat it for $2, $3, …', collect)
      .option('--explain', 'print the plan instead of running the query')
      .option('--analyze', 'run the query and print its plan, with times and buffers')
      .option(
        '--timeout <seconds>',
        'seconds the statement may take; 0 for no limit',
        integerBetween(0, 999_999),
      )
      .option('-L, --limit <n>', 'at most this many rows; 0 for all', wholeNumber, 0)
      .addHelpText(
        'after',
        proseHelp(`
Without --write PostgreSQL itself refuses every change: the transaction is read-only and is rolled back, and a superuser's
query runs as pg_read_all_data. With --write one statement runs, its tag and count are shown, and it is committed when you
confirm it (--yes; --dry-run rolls it back). With --explain or --analyze too, its plan is printed, and what --analyze
changed is rolled back. Equal column names are numbered: a, a_2. Without --timeout the statement may
take DATABASE_QUERY_TIMEOUT_MS, with --write any time.`),
      ),
  run: queryDatabase,
}

/** Statements take as long as they take: Ctrl-C must reach them. */
const connection: DatabaseOptions = { direct: true, interruptible: true }

async function queryDatabase(ctx: Context, sql: string | undefined, options: QueryOptions): Promise<void> {
  const { explain = false, analyze = false, param = [], limit } = options
  const text = await statementText(ctx, sql, options.file)
  const timeoutMs = options.timeout === undefined ? undefined : options.timeout * 1000
  const format = ctx.line.flags.format === 'json' ? 'json' : 'text'
  const plan = explain || analyze ? ({ analyze, format } as const) : undefined
  if (ctx.line.flags.write) {
    ctx.db.requireWritable(connection)
    await ctx.db.open(
      'inspect',
      (database) => write(ctx, database, { text, param, explain: plan, timeoutMs: timeoutMs ?? 0 }),
      connection,
    )
    return
  }
  const { query } = await import('../../admin/query.js')
  const request = {
    text,
    parameters: param,
    explain: plan,
    timeoutMs: timeoutMs ?? ctx.db.settings().limits.queryTimeoutMs,
    limit,
  }
  await ctx.db.open(
    'inspect',
    (database) => query(database, request, (columns, batches) => ctx.out.stream(queryView(columns), batches)),
    connection,
  )
}

async function statementText(
  ctx: Context,
  sql: string | undefined,
  file: string | undefined,
): Promise<string> {
  if (sql !== undefined && file !== undefined) throw new UsageError('give the SQL or --file, not both')
  const from = file ?? (sql === '-' ? '-' : undefined)
  const text = from === undefined ? sql : await readTextFile(ctx, from)
  if (text === undefined || text.trim() === '') {
    throw new UsageError('no SQL is given', {
      hint: `cto db query 'SELECT …', --file FILE, or - for standard input`,
    })
  }
  if (text.includes('\0')) throw new UsageError('the SQL contains a NUL, which PostgreSQL does not accept')
  return text.replace(/^\uFEFF/, '')
}

interface Statement {
  text: string
  param: readonly string[]
  explain: Explain | undefined
  timeoutMs: number
}

async function write(
  ctx: Context,
  database: Database,
  { text, param, explain, timeoutMs }: Statement,
): Promise<void> {
  const { wayOf } = await import('../../engine/inspection.js')
  if (database.workspace !== null && wayOf(database).role !== null) {
    throw new CtoError('NOT_PERMITTED', 'SQL that an operator runs in a workspace cannot be kept in it', {
      reason: 'a statement that writes may set the role of any workspace',
      hint: `connect by its own login: cto workspaces login ${database.workspace}`,
    })
  }
  const { runStatement } = await import('../../data/admin/query/write-statement.js')
  const { queryRows } = await import('../../admin/query.js')
  const { dryRun } = ctx.line.flags
  const actor = await database.read((db) => ctx.db.actor(db))
  const { tag, count, columns, rows } = await runStatement(
    database,
    { text, parameters: param, timeoutMs, explain, dryRun, actor },
    {
      confirm: async (outcome) => {
        ctx.out.caution(outcome.tag)
        await ctx.ask.confirm(`commit ${outcome.tag}?`)
      },
      audit: (outcome) => ({
        action: 'db.query',
        entityType: 'database',
        entityId: null,
        details: {
          command: commandOf(outcome.tag),
          rows: outcome.count,
          sha256: createHash('sha256').update(text).digest('hex'),
        },
      }),
    },
  )
  const data = columns === null ? [{ command: commandOf(tag), rows: count }] : queryRows(columns, rows)
  await ctx.out.page(queryView(columns ?? summary), { data, total: data.length })
}

/** Printed for a statement that returns no rows. */
const summary = ['command', 'rows'].map((name) => ({ name, isNumber: name === 'rows' }))

/** `INSERT 0 3` → `INSERT`, `CREATE TABLE` → `CREATE TABLE` */
function commandOf(tag: string): string {
  return tag.replace(/ \d.*$/, '')
}
