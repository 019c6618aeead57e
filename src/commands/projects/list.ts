import { projectList, projectSortFields, type ProjectFilter } from '../../data/projects/projects.js'
import type { FilterWords } from '../../engine/list.js'
import { projectStatuses } from '../../domain/project.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { list, taking, word } from '../../flags/options.js'
import { projectView } from '../../views/project.js'
import type { CommandDefinition } from '../definition.js'

const listedStatuses = [...projectStatuses, 'all'] as const
type ListedStatus = (typeof listedStatuses)[number]

interface Options extends ListOptions {
  status?: ListedStatus[]
  language?: string[]
  tag?: string[]
  text?: string
}

export const projectsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List projects, the best return first; active ones unless --status names others',
  effect: 'reads',
  output: { list: projectView },
  exitCodes: [8],
  examples: [
    ['cto projects list', 'what we build, and what hurts there'],
    ['cto projects list --status all --language go,rust --json', 'for a program'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Filters (repeat or separate by commas):')
      .option('--status <statuses>', listedStatuses.join(', '), statuses)
      .option('--language <languages>', 'programming language, ignoring case', list)
      .option('--tag <tags>', 'any of these tags', list)
      .option('--text <words>', 'in name or description')
    addListOptions(command, projectSortFields)
  },
  run: listProjects,
}

async function listProjects(ctx: Context, options: Options): Promise<void> {
  const list = projectList({
    filter: projectFilter(options),
    words: projectFilterWords(options),
    now: ctx.now(),
    ...(options.status === undefined && { allFlag: '--status all' }),
  })
  await ctx.out.list(projectView, options, () => list)
}

function projectFilter({ status = ['active'], language, tag, text }: Options): ProjectFilter {
  const chosen = status.filter((each) => each !== 'all')
  return { status: chosen.length === status.length ? chosen : undefined, language, tag, text }
}

/** In the user's own words; what applies by default comes last. */
function projectFilterWords({ status, language, tag, text }: Options): FilterWords {
  return {
    ...(status && { status: `status ${status.join(',')}` }),
    ...(language && { language: `language ${language.join(',')}` }),
    ...(tag && { tag: `tag ${tag.join(',')}` }),
    ...(text && { text: `text ${text}` }),
    ...(!status && { status: 'status active' }),
  }
}

const statuses = taking(
  { repeats: true, words: listedStatuses },
  (value: string, previous: ListedStatus[] = []): ListedStatus[] => [
    ...previous,
    ...list(value).map((each) => word('status', listedStatuses, each)),
  ],
)
