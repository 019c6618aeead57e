import type { Command } from 'commander'
import { projectSearch } from '../../data/projects/search-projects.js'
import { searchWords } from '../../domain/search-words.js'
import { UsageError } from '../../errors.js'
import type { RecordView } from '../../output/field.js'
import type { FoundProject } from '../../shapes/project.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { addSizeOptions, type SizeOptions } from '../../flags/list-options.js'
import { projectView } from '../../views/project.js'

export function addProjectsSearch(parent: Command, ctx: Context): void {
  const command = parent
    .command('search')
    .description(
      'Find projects of any status by words of name, tags or description, typos tolerated, the best first',
    )
    .argument('<text...>', 'words')
  addSizeOptions(command).action((words: string[], options: SizeOptions) =>
    searchForProjects(ctx, words.join(' '), options),
  )
  declare(command, ctx, {
    effect: 'reads',
    output: { list: foundProjectView },
    exitCodes: [8],
    examples: [
      ['cto projects search blokchain', 'finds the blockchain explorer'],
      ['cto projects search chat --json --fields name,score', 'for a program'],
    ],
  })
}

export async function searchForProjects(ctx: Context, text: string, options: SizeOptions): Promise<void> {
  const words = searchWords(text)
  if (words.length === 0)
    throw new UsageError(`"${text}" holds no word`, { hint: 'cto projects search "web shop"' })
  await ctx.out.list(foundProjectView, options, (db) => projectSearch(db, { words, now: ctx.now() }))
}

const foundProjectView: RecordView<FoundProject> = {
  ...(projectView as RecordView<FoundProject>),
  shape: 'foundProject',
  defaults: ['name', 'score', 'status', 'language', 'tags', 'bugs.open', 'description'],
  fields: [
    ...projectView.fields,
    { name: 'score', header: 'SCORE', text: ({ score }) => score.toFixed(2), align: 'right' },
  ],
}
