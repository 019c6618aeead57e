import { importTypes, type ImportType } from '../../domain/kinds.js'
import { presets, requirePreset } from '../../importers/map/presets/index.js'
import { templateOf } from '../../importers/map/template.js'
import { csvLine } from '../../output/delimited.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'

interface TemplateOptions {
  type: ImportType
  from: string
  example?: true
}

export const importTemplateCommand: CommandDefinition = {
  name: 'template',
  description: 'Print an empty CSV with the columns that an import reads',
  effect: 'none',
  output: { document: 'importTemplate', text: 'csv' },
  examples: [
    ['cto import template --type bugs -o bugs.csv', 'a template to fill in'],
    ['cto import template --type bugs --from jira --example', 'the format of an export of Jira'],
  ],
  parameters: (command) =>
    command
      .requiredOption('--type <type>', importTypes.join(' | '), choice('type', importTypes))
      .option(
        '--from <preset>',
        `with the column names of this tracker: ${presets.map(({ name }) => name).join(' | ')}`,
        'generic',
      )
      .option('--example', 'with one example record'),
  run: printTemplate,
}

async function printTemplate(ctx: Context, { type, from, example }: TemplateOptions): Promise<void> {
  const preset = requirePreset(from)
  const template = templateOf(type, preset)
  const rows = example ? [template.columns, template.example] : [template.columns]
  await ctx.out.document({
    data: { type, preset: preset.name, columns: template.columns, example: template.example },
    text: () => rows.map((cells) => csvLine(cells, { formulaGuard: false, terminal: false })).join(''),
  })
}
