import { createHash } from 'node:crypto'
import path from 'node:path'
import { ChangeLog, type RecordChange } from '../../importers/load/change-log.js'
import { mappingToSave } from '../../importers/file/describe.js'
import type { KnownPerson } from '../../importers/validate/people.js'
import { noRejects } from '../../importers/csv/rejects.js'
import { UsageError } from '../../errors.js'
import type { Style } from '../../output/style.js'
import { visible } from '../../output/visible.js'
import type { ImportPlanDocument } from '../../shapes/import.js'
import type { Context } from '../../context.js'
import { readPeople } from '../open-input.js'
import { addCsvOptions, requireFittingFlags, type CsvOptions } from './csv-options.js'
import { loadFile } from './load-file.js'
import { planFile, mappingOf } from './plan-file.js'
import { optionsToSave } from './saved-plan.js'
import { reportText } from './report.js'
import type { CommandDefinition } from '../definition.js'

export const importPlanCommand: CommandDefinition = {
  name: 'plan',
  description: 'Write a plan of an import, for review and a later import apply',
  effect: 'reads',
  output: { document: 'importPlan' },
  exitCodes: [3, 5],
  examples: [
    ['cto import plan export.csv --type bugs --json -o plan.json', 'for review'],
    ['cto import apply plan.json', 'apply it, unless the file or the bugs have changed since'],
  ],
  parameters: (command) => {
    command.argument('<file>', 'a CSV file, also gzipped')
    addCsvOptions(command)
  },
  run: planImportOf,
}

/** Runs the import itself and rolls it back. */
async function planImportOf(ctx: Context, name: string, options: CsvOptions): Promise<void> {
  if (name === '-') throw new UsageError('a plan needs a file: standard input cannot be read again')
  requireFittingFlags(ctx, [name], options)
  const mapping = await mappingOf(ctx, options)
  const people = await readPeople(ctx, options.people)
  const file = await planFile(ctx, name, { mapping, options, dryRun: true })
  try {
    const changes = new ChangeLog()
    const document = await ctx.db.open(
      'write',
      async (database): Promise<ImportPlanDocument> => {
        const actor = await database.read((db) => ctx.db.actor(db))
        const load = { actor, people, options, rejects: noRejects, dryRun: true, changes }
        const report = await loadFile(ctx, database, file, load)
        return {
          version: 1,
          file: { path: path.resolve(ctx.line.cwd, name), sha256: file.plan.survey.sha256 },
          target: database.target,
          zone: ctx.line.zone,
          madeAt: ctx.now(),
          options: optionsToSave(options),
          mapping: mappingToSave(file.plan, file.mapping),
          people: peopleHash(options, people),
          fingerprint: changes.fingerprint(),
          ...report,
          changeCount: changes.count,
          changes: changes.changes,
        }
      },
      { longWork: true },
    )
    await ctx.out.document({ data: document, text: (style) => planText(document, style) })
    if (document.rejected > 0) ctx.out.setExitCode(5)
  } finally {
    await file.source.close()
  }
}

export function peopleHash({ people: given }: CsvOptions, people: readonly KnownPerson[]): string | null {
  return given === undefined ? null : createHash('sha256').update(JSON.stringify(people)).digest('hex')
}

const mostChanges = 20

function planText(document: ImportPlanDocument, style: Style): string {
  const { changes, changeCount } = document
  const lines = changes.slice(0, mostChanges).map((change) => `  ${changeText(change, style)}\n`)
  const more = changeCount > mostChanges ? `  and ${changeCount - mostChanges} more\n` : ''
  const list = lines.length === 0 ? '' : `\n${style.bold('changes')}\n${lines.join('')}${more}`
  return `${reportText(document, style)}${list}`
}

function changeText({ action, name, fields }: RecordChange, style: Style): string {
  const values = Object.entries(fields).map(
    ([field, [before, after]]) => `${field} ${visible(before ?? '—')} → ${visible(after ?? '—')}`,
  )
  return [style.dim(action), visible(name), values.join(', ')].filter((part) => part !== '').join(' ')
}
