import { ChangeLog } from '../../importers/load/change-log.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { inputName, readTextFile } from '../../flags/text-file.js'
import { readPeople } from '../open-input.js'
import { requireNamedFile } from '../../flags/named-file.js'
import { progressOption, type CsvOptions } from './csv-options.js'
import { loadFile, type PlannedFile } from './load-file.js'
import { planFile, rejectsFor } from './plan-file.js'
import { parsePlanFile, type SavedPlan } from './saved-plan.js'
import { peopleHash } from './plan.js'
import { reportText } from './report.js'
import type { CommandDefinition } from '../definition.js'

interface ApplyOptions extends Pick<CsvOptions, 'progress'> {
  rejects?: string
}

export const importApplyCommand: CommandDefinition = {
  name: 'apply',
  description: 'Apply a plan, unless the file or the records that it would change have changed since',
  effect: 'writes',
  output: { document: 'csvReports' },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto import apply plan.json', 'exit 7 if the plan is out of date'],
    ['cto import apply plan.json --dry-run', 'check whether the plan is up to date'],
  ],
  parameters: (command) =>
    command
      .argument('<file>', 'a plan written by cto import plan')
      .option('--rejects <file>', 'file for rejected records; none to write none')
      .addOption(progressOption()),
  run: applyPlan,
}

async function applyPlan(ctx: Context, name: string, { rejects, progress }: ApplyOptions): Promise<void> {
  requireNamedFile({
    flag: '--rejects',
    file: rejects,
    stdout: 'the report of the import',
    hint: '--rejects FILE or --rejects none',
  })
  const saved = await readPlan(ctx, name)
  const options = { ...saved.options, progress, ...(rejects !== undefined && { rejects }) }
  const people = await readPeople(ctx, options.people)
  if (peopleHash(options, people) !== saved.people)
    throw changed(`the file of people ${String(options.people)}`)
  const file = await planFile(ctx, saved.file.path, { mapping: saved.mapping, options, zone: saved.zone })
  try {
    requireSameFile(file, saved)
    const report = await ctx.db.open(
      'write',
      async (database) => {
        if (database.target !== saved.target) throw otherTarget(saved, database.target)
        const actor = await database.read((db) => ctx.db.actor(db))
        return loadFile(ctx, database, file, {
          actor,
          people,
          options,
          rejects: rejectsFor(ctx, file.plan, options),
          changes: new ChangeLog(),
          expected: saved.fingerprint,
        })
      },
      { longWork: true },
    )
    await ctx.out.document({ data: report, text: (style) => reportText(report, style) })
    if (report.rejected > 0) ctx.out.setExitCode(5)
  } finally {
    await file.source.close()
  }
}

async function readPlan(ctx: Context, name: string): Promise<SavedPlan> {
  const text = await readTextFile(ctx, name, { what: 'plan', hint: 'create one with cto import plan' })
  return parsePlanFile(text, inputName(name))
}

function requireSameFile({ plan }: PlannedFile, saved: SavedPlan): void {
  if (plan.survey.sha256 !== saved.file.sha256) throw changed(plan.source.name)
}

function changed(what: string): CtoError {
  return new CtoError('CONFLICT', `${what} has changed since the plan was made`, {
    reason: 'nothing was written',
    hint: 'create it again: cto import plan',
  })
}

function otherTarget({ target }: SavedPlan, here: string): CtoError {
  return new CtoError('CONFLICT', 'the plan was made for another database', {
    reason: `it was made for ${target}; this is ${here}`,
    hint: 'choose that database with --profile or DATABASE_URL, or create the plan again',
  })
}
