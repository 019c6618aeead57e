import type { Actor } from '../../data/audit.js'
import type { Database } from '../../data/database.js'
import { describePlan } from '../../importers/csv/describe.js'
import { loadRun } from '../../importers/csv/load/load-run.js'
import { startRun } from '../../importers/csv/load/start-run.js'
import type { MappingFlags } from '../../importers/csv/map/mapping-flags.js'
import type { ImportPlan } from '../../importers/csv/plan.js'
import type { Source } from '../../importers/csv/read/source.js'
import type { Rejects } from '../../importers/csv/rejects.js'
import type { Question, RunOptions } from '../../importers/csv/run.js'
import type { KnownPerson } from '../../importers/csv/validate/people-file.js'
import { describeGroup, type ProblemLog } from '../../importers/csv/validate/problems.js'
import type { Context } from '../context.js'
import type { CsvOptions } from './csv-options.js'
import { remarksOn, reportOf, type CsvReport } from './report.js'

/** A file that has been looked over; open. */
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
  /** Where the rejected records go. */
  rejects: Rejects
}

/** Loads one file, and says on stderr how it went, also when it fails. */
export async function loadFile(
  ctx: Context,
  database: Database,
  { plan, mapping, planMs }: PlannedFile,
  { actor, people, options, rejects }: LoadFile,
): Promise<CsvReport> {
  for (const line of [...describePlan(plan), ...plan.warnings.map((warning) => `warning: ${warning}`)])
    ctx.notice(`${plan.source.name}: ${line}`)
  const startedMs = performance.now()
  const watch = watching(ctx, plan.source.name, options)
  const { maxErrors } = options
  const run = await startRun(database, plan, { rejects, maxErrors, people, ...watch.callbacks })
  const { dryRun } = ctx.flags
  const { create: createUnknown, mode, keepLocal = false, newerOnly = false } = options
  const merge = { keepLocal, newerOnly }
  const loading = { actor, rejects, mapping, dryRun, createUnknown, mode, merge }
  const loaded = await loadRun(database, run, loading).finally(() => {
    watch.end()
    sayProblems(ctx, run.tally.problems)
  })
  for (const remark of remarksOn(run, loaded.effects)) ctx.notice(remark)
  if (loaded.rejectsFile !== null) ctx.notice(`rejected records: ${loaded.rejectsFile}`)
  return reportOf(run, loaded, { planMs, loadMs: performance.now() - startedMs })
}

/** Progress, which gives way while a question is asked. */
function watching(ctx: Context, name: string, { onUnknown }: CsvOptions) {
  const label = `importing ${name}`
  let progress = ctx.progress(label)
  const ask = async ({ field, value, record, choices }: Question): Promise<string | null> => {
    progress.end()
    const no = 'none of these: reject its records'
    const answer = await ctx.ask.choose(`${field} "${value}" (record ${record}) is`, [...choices, no])
    progress = ctx.progress(label)
    return answer === no ? null : answer
  }
  const mayAsk = onUnknown === 'ask' || (onUnknown === undefined && ctx.canAsk)
  const callbacks: Pick<RunOptions, 'ask' | 'onProgress'> = {
    ask: mayAsk ? ask : undefined,
    onProgress: ({ records, totalRecords, rejected }) => {
      const note = rejected > 0 ? `${rejected} rejected` : undefined
      progress.update({ count: records, total: totalRecords, note })
    },
  }
  return {
    callbacks,
    end: () => {
      progress.end()
    },
  }
}

const mostGroups = 12

function sayProblems(ctx: Context, { groups }: ProblemLog): void {
  for (const group of groups.slice(0, mostGroups)) ctx.notice(describeGroup(group))
  if (groups.length > mostGroups) ctx.notice(`and ${groups.length - mostGroups} more kinds of problems`)
}
