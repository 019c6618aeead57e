import { counted } from '../../domain/counted.js'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { daySeconds } from '../../domain/duration.js'
import {
  prunable,
  prunableKinds,
  pruneRule,
  retentionRules,
  type Prunable,
  type PruneRule,
} from '../../domain/prunable.js'
import type { Database } from '../../engine/database.js'
import { CtoError, UsageError } from '../../errors.js'
import type { PrunedRows } from '../../shapes/archive.js'
import type { Context } from '../../context.js'
import { age } from '../../flags/age.js'
import { prunedRowsView } from '../../views/archive.js'
import { refuseOtherEnding } from '../archive-target.js'
import type { CommandDefinition } from '../definition.js'
import { requireNamedFile } from '../../flags/named-file.js'

/** Ages in seconds. */
interface PruneOptions extends Partial<Record<Prunable, number>> {
  archiveTo?: string
}

export const dbPruneCommand: CommandDefinition = {
  name: 'prune',
  description: 'Delete old rows that only grow in number; without flags by the shared settings retention.…',
  effect: 'destroys',
  output: { list: prunedRowsView },
  examples: [
    ['cto db prune --audit 730d --dry-run', 'how many rows, by year'],
    ['cto db prune --audit 730d --history 365d --sizes 400d', 'asks first'],
    ['cto db prune --audit 730d --archive-to old.tar --yes', 'after a partial archive that holds them'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('Rows older than this:')
      .option(
        '--audit <age>',
        `the audit log and the log of notifications, at least ${prunable.audit.leastDays}d; imports of that time cannot be undone, deletions of bugs stay`,
        age,
      )
      .option(
        '--history <age>',
        `changes of bugs resolved by then that later ones overtook, at least ${prunable.history.leastDays}d; how bugs stood before is unknown from then on`,
        age,
      )
      .option(
        '--events <age>',
        `webhook and archive events received by then, at least ${prunable.events.leastDays}d; the facts derived from them stay`,
        age,
      )
      .option(
        '--commits <age>',
        `commits of repositories, at least ${prunable.commits.leastDays}d; no import brings them back, pull requests and daily rows stay`,
        age,
      )
      .option(
        '--sessions <age>',
        `single events of sessions, at least ${prunable.sessions.leastDays}d; sums stay, percentiles of then do not`,
        age,
      )
      .option('--sizes <age>', `recorded sizes of tables, at least ${prunable.sizes.leastDays}d`, age)
      .optionsGroup('Before:')
      .option('--archive-to <file>', 'first write a new file, a partial archive that holds them'),
  run: pruneRows,
}

async function pruneRows(ctx: Context, options: PruneOptions): Promise<void> {
  const { countPruned, prune } = await import('../../admin/prune.js')
  const { dryRun } = ctx.line.flags
  requireNamedFile({
    flag: '--archive-to',
    file: options.archiveTo,
    stdout: 'the rows that are deleted',
    hint: 'cto db backup - writes an archive to stdout',
  })
  const archiveFile = options.archiveTo === undefined ? null : path.resolve(ctx.line.cwd, options.archiveTo)
  if (options.archiveTo !== undefined) refuseOtherEnding(ctx, options.archiveTo)
  if (archiveFile !== null) await requireNew(archiveFile)
  const work = async (database: Database): Promise<PrunedRows[]> => {
    const rules = await rulesOf(ctx, database, options)
    const counts = await countPruned(database, rules)
    const rows = counts.reduce((sum, each) => sum + each.rows, 0)
    if (rows === 0 || dryRun) return counts
    for (const { table, year, rows: some } of counts)
      ctx.out.notice(`${table} ${year}: ${counted(some, 'row')}`)
    await ctx.ask.confirm(`delete ${counted(rows, 'row')}?`)
    if (archiveFile !== null) await archive(ctx, database, { file: archiveFile, rules })
    const progress = ctx.out.progress('deleting rows')
    const onProgress = (count: number) => {
      progress.update({ count, total: rows })
    }
    try {
      await prune(database, {
        rules,
        counts,
        actor: await database.read((db) => ctx.db.actor(db)),
        onProgress,
      })
    } finally {
      progress.end()
    }
    return counts
  }
  const pruned = await ctx.db.open('write', work, { longWork: true })
  await ctx.out.page(prunedRowsView, { data: pruned, total: pruned.length })
}

/** @throws UsageError without a rule, or with an age that is too young */
async function rulesOf(ctx: Context, database: Database, options: PruneOptions): Promise<PruneRule[]> {
  const now = ctx.now()
  const asked = prunableKinds.flatMap((kind) => {
    const seconds = options[kind]
    if (seconds === undefined) return []
    if (seconds < prunable[kind].leastDays * daySeconds) {
      throw new UsageError(`--${kind} keeps at least ${prunable[kind].leastDays}d`)
    }
    return [pruneRule(kind, { ageMs: seconds * 1000, now })]
  })
  if (asked.length > 0) return asked
  const { getSharedSettings } = await import('../../data/settings/settings.js')
  const set = retentionRules(await database.read(getSharedSettings), now)
  if (set.length > 0) return set
  throw new UsageError('name what to delete: no flag and no shared setting does', {
    hint: 'add --audit 730d, or cto config set retention.audit 730d --shared',
  })
}

/** The archive of an earlier prune may be the only place of its rows. @throws CtoError BAD_FILE */
async function requireNew(file: string): Promise<void> {
  if ((await stat(file).catch(() => null)) === null) return
  throw new CtoError('BAD_FILE', `${file} exists; nothing was deleted`, {
    reason: 'it may hold rows that an earlier prune deleted',
    hint: 'name a new file, as in --archive-to "old-$(date +%F).tar"',
  })
}

/** Archives the database without the tables that no other refers to, except those that are pruned. */
async function archive(
  ctx: Context,
  database: Database,
  { file, rules }: { file: string; rules: readonly PruneRule[] },
): Promise<void> {
  const { backUp, findLeaves } = await import('../../admin/archive/back-up.js')
  const { writeArchiveFile } = await import('../../admin/archive/archive-file.js')
  const pruned = rules.flatMap(({ kind }) => prunable[kind].tables.map(({ table }) => table as string))
  const exclude = (await findLeaves(database)).filter((table) => !pruned.includes(table))
  const request = { name: database.name, exclude, tool: `cto/${ctx.line.version}`, now: ctx.now() }
  await backUp(database, request, async (chunks) => {
    await writeArchiveFile(file, chunks)
  })
}
