import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { required } from '../../errors.js'
import type { ChangeLog } from '../../importers/load/change-log.js'
import { loadRun } from '../../importers/file/load-run.js'
import { startRun } from '../../importers/file/start-run.js'
import type { MappingFlags } from '../../importers/map/mapping-flags.js'
import type { ImportPlan } from '../../importers/file/plan.js'
import type { Source } from '../../importers/csv/source.js'
import type { Rejects } from '../../importers/csv/rejects.js'
import type { Question, RunOptions } from '../../importers/file/run.js'
import type { KnownPerson } from '../../importers/validate/people.js'
import type { Context } from '../../context.js'
import { excerpt } from '../../importers/spelling.js'
import { mayAsk, type CsvOptions } from './csv-options.js'
import { reportOutline, reportProblems } from './refuse-early.js'
import { reportFormerZone } from './former-zone.js'
import { startWatch } from './watch.js'
import { remarksOn, reportOf, type CsvReport } from './report.js'

/** An open file with its plan. */
export interface PlannedFile {
  source: Source
  plan: ImportPlan
  mapping: MappingFlags
  planMs: number
}

export interface LoadFile {
  actor: Actor
  people: readonly KnownPerson[]
  options: CsvOptions
  /** The destination of rejected records. */
  rejects: Rejects
  /** Default: --dry-run. */
  dryRun?: boolean | undefined
  /** Filled with the changes, record by record. */
  changes?: ChangeLog | undefined
  /** The expected fingerprint of `changes`; a different one rolls everything back. */
  expected?: string | undefined
}

/** Loads one file, and reports problems on stderr, also when it fails. */
export async function loadFile(
  ctx: Context,
  database: Database,
  { plan, mapping, planMs }: PlannedFile,
  { actor, people, options, rejects, dryRun = ctx.line.flags.dryRun, changes, expected }: LoadFile,
): Promise<CsvReport> {
  reportOutline(ctx, plan)
  const formerZone = await reportFormerZone(ctx, database, { plan, isPlanned: expected !== undefined })
  const startedMs = performance.now()
  const watch = watching(ctx, plan, options)
  const { maxErrors } = options
  const run = await startRun(database, plan, { rejects, maxErrors, people, ...watch.callbacks })
  const { create: createUnknown, mode, keepLocal = false, newerOnly = false, slaFrom } = options
  const merge = { keepLocal, newerOnly }
  const { onIndexes } = watch
  const loading = {
    actor,
    rejects,
    mapping,
    dryRun,
    createUnknown,
    mode,
    merge,
    slaFrom,
    changes,
    expected,
    onIndexes,
  }
  const loaded = await loadRun(database, run, loading).finally(() => {
    watch.end()
    reportProblems(ctx, run.tally.problems)
  })
  for (const remark of remarksOn(run, { effects: loaded.effects, importId: loaded.importId, dryRun }))
    ctx.out.notice(remark)
  if (loaded.rejectsFile !== null) ctx.out.notice(`rejected records: ${loaded.rejectsFile}`)
  return reportOf(run, loaded, { formerZone, timings: { planMs, loadMs: performance.now() - startedMs } })
}

/** Shows progress, and pauses it while a question is asked. */
function watching(ctx: Context, { source, mapping, table }: ImportPlan, options: CsvOptions) {
  const open = () => startWatch(ctx, source.name, options.progress)
  let watch = open()
  const titleAt = mapping.positions.get('title')?.[0]
  const ask = async (question: Question): Promise<string | null> => {
    const { field, value, record, choices, suggestion, cells } = question
    watch.end()
    const no = 'none of these: reject its records'
    const example =
      titleAt !== undefined && cells[titleAt]
        ? `, ${required(table.columns[titleAt], 'the header of a mapped column')} "${excerpt(cells[titleAt], 40)}"`
        : ''
    const message = `${field} "${value}" (record ${record}${example}) is`
    const answer = await ctx.ask.choose(message, [...choices, no], suggestion ?? no)
    watch = open()
    return answer === no ? null : answer
  }
  const callbacks: Pick<RunOptions, 'ask' | 'onProgress'> = {
    ask: mayAsk(ctx, options) ? ask : undefined,
    onProgress: (progress) => {
      watch.update(progress)
    },
  }
  return {
    callbacks,
    onIndexes: () => {
      watch.indexing()
    },
    end: () => {
      watch.end()
    },
  }
}
