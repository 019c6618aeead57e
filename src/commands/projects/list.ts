import type { Command } from 'commander'
import { countProjects, findProjects, type ProjectFilter } from '../../data/projects/projects.js'
import { projectStatuses } from '../../domain/project.js'
import type { Context } from '../context.js'
import { list, wholeNumber, withExamples, word } from '../options.js'
import { projectNoun } from './noun.js'

const listedStatuses = [...projectStatuses, 'all'] as const
type ListedStatus = (typeof listedStatuses)[number]

interface ListOptions {
  status?: ListedStatus[]
  language?: string[]
  tag?: string[]
  text?: string
  limit: number
}

export function addProjectsList(parent: Command, ctx: Context): void {
  const command = parent
    .command('list')
    .description('List projects, the best return first; active ones unless --status says otherwise')
    .optionsGroup('Filters (repeat or separate by commas):')
    .option('--status <list>', listedStatuses.join(', '), statuses)
    .option('--language <list>', 'programming language, whatever the case', list)
    .option('--tag <list>', 'any of these tags', list)
    .option('--text <words>', 'in name or description')
    .optionsGroup('Size:')
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
    .action((options: ListOptions) => listProjects(ctx, options))
  withExamples(command, [
    ['cto projects list', 'what we build, and what hurts there'],
    ['cto projects list --status all --language go,rust --json', 'for a program'],
  ])
}

export async function listProjects(ctx: Context, options: ListOptions): Promise<void> {
  const { limit } = options
  const filter = projectFilter(options)
  const page = await ctx.read(async (db) => {
    const data = await findProjects(db, { filter, limit, now: ctx.now() })
    const isWhole = limit === 0 || data.length < limit
    return { data, total: isWhole ? data.length : await countProjects(db, { filter }) }
  })
  await ctx.printPage(projectNoun, page)
}

function projectFilter({ status = ['active'], language, tag, text }: ListOptions): ProjectFilter {
  const chosen = status.filter((each) => each !== 'all')
  return { status: chosen.length === status.length ? chosen : undefined, language, tag, text }
}

function statuses(value: string, previous: ListedStatus[] = []): ListedStatus[] {
  return [...previous, ...list(value).map((each) => word('status', listedStatuses, each))]
}
