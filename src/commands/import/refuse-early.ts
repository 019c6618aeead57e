import type { Database } from '../../engine/database.js'
import { describeDates, describeOutline } from '../../importers/file/describe.js'
import type { CtoError } from '../../errors.js'
import { MissingColumnError } from '../../importers/file/require-columns.js'
import type { ImportOutline } from '../../importers/file/outline.js'
import type { ImportPlan } from '../../importers/file/plan.js'
import { logOf } from '../../importers/file/log.js'
import type { MappingFlags } from '../../importers/map/mapping-flags.js'
import { tryBeginning } from '../../importers/file/trial.js'
import { logFailure } from '../../importers/load/logged-import.js'
import { describeGroup, type ProblemLog } from '../../importers/validate/problems.js'
import type { Context } from '../../context.js'
import { mayAsk, type CsvOptions } from './csv-options.js'

interface RefuseEarly {
  mapping: MappingFlags
  options: CsvOptions
  dryRun: boolean
}

/** Rejects a file whose beginning shows that it is of the wrong kind, with the messages of the import itself. */
export async function refuseEarly(
  ctx: Context,
  outline: ImportOutline,
  { mapping, options, dryRun }: RefuseEarly,
): Promise<void> {
  const { maxErrors } = options
  const refusal = await tryBeginning(outline, { maxErrors, mayAsk: mayAsk(ctx, options) })
  if (refusal === null) return
  reportOutline(ctx, outline)
  reportProblems(ctx, refusal.run.tally.problems)
  const { run, error } = refusal
  if (!dryRun) {
    await log(ctx, (database) =>
      logFailure(database, logOf(run, { mapping, actor: { now: ctx.now() }, dryRun }), error),
    )
  }
  throw error
}

/** Logs a file that could not be read. */
export async function logUnreadable(
  ctx: Context,
  { file, mapping, options, error }: Omit<RefuseEarly, 'dryRun'> & { file: string; error: CtoError },
): Promise<void> {
  const lacking = error instanceof MissingColumnError ? error : undefined
  const preset = mapping.preset ?? lacking?.preset ?? 'generic'
  const externalSource = options.source ?? preset
  const origin = { type: options.type, file, externalSource, preset, hash: '', mapping }
  const logged = { source: 'csv', origin, actor: { now: ctx.now() }, dryRun: false } as const
  const records = lacking?.records ?? 0
  const failed = () => ({
    recordsFailed: records,
    errors: [error.message],
    outcome: lacking === undefined ? {} : { counts: { records, rejected: records } },
  })
  await log(ctx, (database) => logFailure(database, { ...logged, failed }, error))
}

/** Logs only in an existing database: a failed import does not create the embedded one. */
async function log(ctx: Context, record: (database: Database) => Promise<unknown>): Promise<void> {
  const { hasDatabase } = await import('../../engine/open.js')
  if (!(await hasDatabase(ctx.db.settings()))) return
  await ctx.db.open('write', record).catch((failure: unknown) => {
    ctx.out.notice(`the import log could not be written: ${failure instanceof Error ? failure.message : ''}`)
  })
}

/** Prints how a file is read, with its dates once all of them are known. */
export function reportOutline(ctx: Context, outline: ImportOutline | ImportPlan): void {
  const dates = 'dateFormats' in outline ? describeDates(outline) : null
  for (const line of [
    ...describeOutline(outline),
    ...(dates === null ? [] : [dates]),
    ...outline.warnings.map((warning) => `warning: ${warning}`),
  ])
    ctx.out.notice(`${outline.source.name}: ${line}`)
}

const mostGroups = 12

/** Prints the problems of the records, and the flags that fix them. */
export function reportProblems(ctx: Context, { groups }: ProblemLog): void {
  for (const group of groups.slice(0, mostGroups)) ctx.out.notice(describeGroup(group))
  if (groups.length > mostGroups) ctx.out.notice(`and ${groups.length - mostGroups} more kinds of problems`)
}
