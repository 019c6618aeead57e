import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { repositories } from '../../data/delivery/fact-lists.js'
import { updateRepository, type RepositoryChange } from '../../data/delivery/update-repository.js'
import { getByName } from '../../data/names.js'
import { deploySources } from '../../domain/delivery/deploy-source.js'
import type { Db } from '../../engine/client.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice, list } from '../../flags/options.js'
import { repositoryView } from '../../views/repository.js'
import type { CommandDefinition } from '../definition.js'
import { levels, type Level } from './levels.js'

const sources = [...deploySources, 'merge', 'none'] as const

interface Options {
  project?: string
  sensitivity?: Level
  deploySource?: (typeof sources)[number]
  deployPattern?: string
  environments?: string[]
}

export const reposUpdateCommand: CommandDefinition = {
  name: 'update',
  description:
    'Change what users decide of a repository: its level, its project, what counts as a deployment',
  effect: 'writes',
  output: { record: repositoryView },
  exitCodes: [3],
  examples: [
    [
      'cto repos update acme/shop --deploy-source tag --environments production,eu',
      'what counts as a deployment',
    ],
    [
      'cto repos update acme/vault --sensitivity confidential',
      'forgets titles, branches and messages that are stored',
    ],
  ],
  parameters: (command) =>
    command
      .argument('<repository>', 'owner/name, or its name alone')
      .option('-p, --project <project>', 'the project to which it belongs; none unsets')
      .option('--sensitivity <level>', levels.join(' | '), choice('level', levels))
      .option(
        '--deploy-source <source>',
        `${sources.join(' | ')} (the first that has some)`,
        choice('source', sources),
      )
      .option('--deploy-pattern <glob>', 'names of the workflows that deploy; none unsets')
      .option('--environments <environments>', 'its production environments', list),
  run: updateOne,
}

async function updateOne(ctx: Context, name: string, options: Options): Promise<void> {
  if (Object.keys(options).length === 0) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto repos update --help' })
  }
  const row = await ctx.db.write(async (tx) => {
    const id = await getRepositoryId(tx, name)
    await updateRepository(tx, { id, change: await changeOf(tx, options) }, await ctx.db.actor(tx))
    return repositories.get(tx, id)
  })
  await ctx.out.one(repositoryView, row)
}

async function changeOf(tx: Db, options: Options): Promise<RepositoryChange> {
  const { project, sensitivity, deploySource, deployPattern, environments } = options
  return {
    ...(project !== undefined && {
      projectId: project === 'none' ? null : (await getByName(tx, 'project', project)).id,
    }),
    ...(sensitivity && { sensitivity }),
    ...(deploySource && { deploySource: deploySource === 'none' ? null : deploySource }),
    ...(deployPattern !== undefined && { deployPattern: deployPattern === 'none' ? null : deployPattern }),
    ...(environments && { environments }),
  }
}
