import { projectSearch } from '../../data/projects/search-projects.js'
import { searchWords } from '../../domain/search-words.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { addSizeOptions, type SizeOptions } from '../../flags/list-options.js'
import type { CommandDefinition } from '../definition.js'
import { foundProjectView } from '../../views/found-project.js'

export const projectsSearchCommand: CommandDefinition = {
  name: 'search',
  description:
    'Find projects of any status by words of name, tags or description, typos tolerated, the best first',
  effect: 'reads',
  output: { list: foundProjectView },
  exitCodes: [8],
  examples: [
    ['cto projects search blokchain', 'finds the blockchain explorer'],
    ['cto projects search chat --json --fields name,score', 'for a program'],
  ],
  parameters: (command) => {
    command.argument('<text...>', 'words')
    addSizeOptions(command)
  },
  run: (ctx, words: string[], options: SizeOptions) => searchForProjects(ctx, words.join(' '), options),
}

async function searchForProjects(ctx: Context, text: string, options: SizeOptions): Promise<void> {
  const words = searchWords(text)
  if (words.length === 0)
    throw new UsageError(`"${text}" holds no word`, { hint: 'cto projects search "web shop"' })
  await ctx.out.list(foundProjectView, options, (db) => projectSearch(db, { words, now: ctx.now() }))
}
