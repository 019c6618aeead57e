import path from 'node:path'
import type { Baseline } from '../../admin/doctor/baseline.js'
import type { Examined } from '../../admin/doctor/examine.js'
import type { Database } from '../../engine/database.js'
import { UsageError } from '../../errors.js'
import { writeTextFile } from '../../files/output-file.js'
import type { Context } from '../../context.js'
import { choice, list } from '../../flags/options.js'
import { inputName, readTextFile } from '../../flags/text-file.js'
import { findingSeverities, type FindingSeverity } from '../../domain/finding.js'
import { counted } from '../../domain/counted.js'
import type { HealthReport } from '../../shapes/health-check.js'
import { healthCheckView } from '../../views/health-check.js'
import { requireNamedFile } from '../../flags/named-file.js'
import { auditDatabase } from './audit.js'
import type { CommandDefinition } from '../definition.js'
import { homeFile } from '../home-file.js'

interface DoctorOptions {
  only?: string[]
  skip?: string[]
  deep?: true
  failOn?: FindingSeverity
  strict?: true
  baseline?: string
  writeBaseline?: string
  fix?: true
}

export const dbDoctorCommand: CommandDefinition = {
  name: 'doctor',
  description:
    'Check connection, schema, activity, storage, backups and data, and show how to repair what is wrong',
  effect: 'writes',
  output: { list: healthCheckView, document: 'healthReport' },
  exitCodes: [5, 8],
  examples: [
    ['cto db doctor', 'everything, in a few seconds; exit 0 whatever is found'],
    ['cto db doctor --only schema,store.rows', 'areas, or single checks'],
    ['cto db doctor --fail-on warn --strict', 'for a nightly job: exit 8 unless all is well'],
    ['cto db doctor --baseline health.json', 'exit 8 for what is new since it was written'],
    ['cto db doctor --fix', 'what can be repaired safely, then check again'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('What:')
      .option('--only <names>', 'these checks or areas', list)
      .option('--skip <names>', 'all but these checks or areas', list)
      .option('--deep', 'look at everything, however long it takes')
      .optionsGroup('Exit code:')
      .option(
        '--fail-on <severity>',
        'exit 8 for a finding of this severity or worse',
        choice('severity', findingSeverities),
      )
      .option('--strict', 'what could not be checked counts as a warning')
      .option('--baseline <file>', 'exit 8 for a finding that is not in this file')
      .option('--write-baseline <file>', 'accept what is found now')
      .optionsGroup('How:')
      .option('--fix', 'run the safe fixes, after a question, and check again'),
  run: examineDatabase,
}

async function examineDatabase(ctx: Context, options: DoctorOptions): Promise<void> {
  const { chooseChecks } = await import('../../admin/doctor/checks.js')
  const { examine, reportOf } = await import('../../admin/doctor/examine.js')
  const { patientOf } = await import('../../admin/doctor/patient.js')
  const { trips } = await import('../../admin/doctor/gate.js')
  requireNamedFile({ flag: '--write-baseline', file: options.writeBaseline, stdout: 'the checks' })
  const chosen = chooseChecks(options)
  if (chosen.length === 0) throw new UsageError('--skip leaves no check', { hint: 'cto db doctor' })
  const baseline = await readBaseline(ctx, options.baseline)
  const examineAll = async (database: Database) => {
    const settings = ctx.db.settings()
    const { home } = ctx.line.settings.values
    const backups = home === null ? undefined : homeFile(ctx, 'backups')
    const patient = patientOf(database, { settings, deep: options.deep ?? false, backups, now: ctx.now() })
    // Ended before --fix asks its question, which is drawn where progress was.
    const progress = ctx.out.progress('checking')
    const onDone = (count: number) => {
      progress.update({ count, total: chosen.length })
    }
    return examine(chosen, { patient, baseline, onDone }).finally(() => {
      progress.end()
    })
  }
  const work = async (database: Database) => {
    const found = await examineAll(database)
    return options.fix && (await repairFound(ctx, database, found)) ? examineAll(database) : found
  }
  const examined = await ctx.db.open('inspect', work, { changesTables: options.fix === true })
  if (options.writeBaseline !== undefined) await writeBaseline(ctx, options.writeBaseline, examined)
  const report = reportOf(examined)
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: report, text: () => '' })
  } else {
    await ctx.out.page(healthCheckView, { data: report.checks, total: report.checks.length })
    ctx.out.notice(summary(report))
  }
  const gate = { ...options, strict: options.strict ?? false, againstBaseline: baseline !== undefined }
  if (trips(report.checks, gate)) ctx.out.setExitCode(8)
}

async function readBaseline(ctx: Context, file: string | undefined): Promise<Baseline | undefined> {
  if (file === undefined) return undefined
  const { parseBaseline } = await import('../../admin/doctor/baseline.js')
  const hint = `cto db doctor --write-baseline ${file === '-' ? 'FILE' : file}`
  return parseBaseline(await readTextFile(ctx, file, { what: 'baseline', hint }), inputName(file), hint)
}

async function writeBaseline(ctx: Context, file: string, examined: readonly Examined[]): Promise<void> {
  const { baselineText } = await import('../../admin/doctor/baseline.js')
  const found = examined
    .filter(({ check }) => check.status === 'finding')
    .map(({ check: { id, count }, objects }) => ({ id, count, objects }))
  await writeTextFile(path.resolve(ctx.line.cwd, file), baselineText(found))
}

/** Shows the safe fixes, asks, runs them. Whether anything was run. */
async function repairFound(
  ctx: Context,
  database: Database,
  examined: readonly Examined[],
): Promise<boolean> {
  const { repair, repairsOf } = await import('../../admin/doctor/repair.js')
  const repairs = repairsOf(examined)
  const statements = repairs.flatMap((each) => each.statements)
  if (statements.length === 0) {
    ctx.out.notice('there is nothing that --fix can repair')
    return false
  }
  for (const statement of statements) ctx.out.notice(`${statement};`)
  await ctx.ask.confirm(`run ${counted(statements.length, 'statement')}?`)
  if (ctx.line.flags.dryRun) return false
  const refused = await repair(database, repairs)
  for (const [id, why] of refused) ctx.out.notice(`${id} was not repaired: ${why}`)
  if (refused.size > 0) ctx.out.setExitCode(5)
  const details = {
    checks: repairs.map(({ id }) => id),
    statements: statements.length,
    refused: refused.size,
  }
  await auditDatabase(ctx, database, { action: 'db.fix', details })
  return true
}

function summary({ counts, durationMs }: HealthReport): string {
  const { ok, error, warn, info, unknown } = counts
  const found = [counted(error, 'error'), counted(warn, 'warning'), counted(info, 'remark')]
  return `${[`${ok} ok`, ...found, `${unknown} unknown`].join(', ')}, in ${(durationMs / 1000).toFixed(1)} s`
}
