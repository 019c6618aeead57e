import { addRepository } from '../../data/delivery/add-repository.js'
import { repositories } from '../../data/delivery/fact-lists.js'
import { updateRepository } from '../../data/delivery/update-repository.js'
import { getByName } from '../../data/names.js'
import { repositoryAt } from '../../domain/delivery/repository-url.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { organizationNamed } from '../../flags/organization.js'
import { repositoryView } from '../../views/repository.js'
import type { CommandDefinition } from '../definition.js'
import { levels, type Level } from './levels.js'

interface Options {
  org?: string
  project?: string
  sensitivity?: Level
}

export const reposAddCommand: CommandDefinition = {
  name: 'add',
  description: 'Add a repository before a source reports it, so that archives and syncs take it in',
  effect: 'writes',
  output: { record: repositoryView },
  exitCodes: [3, 7],
  examples: [
    ['cto repos add acme/shop', 'on github.com; it joins the project with this address'],
    [
      'cto repos add https://github.example.com/acme/vault --sensitivity restricted',
      'of another host; no payload of it is ever stored',
    ],
  ],
  parameters: (command) =>
    command
      .argument('<repository>', 'owner/name on github.com, or its address')
      .option('--org <organization>', 'default: the one of its owner, which is created where it is unknown')
      .option('-p, --project <project>', 'default: the project with its address')
      .option('--sensitivity <level>', `${levels.join(' | ')}; default: internal`, choice('level', levels)),
  run: addOne,
}

async function addOne(ctx: Context, name: string, { org, project, sensitivity }: Options): Promise<void> {
  const place = placeNamed(name)
  const row = await ctx.db.write(async (tx) => {
    const actor = await ctx.db.actor(tx)
    const organizationId = await organizationNamed(tx, org)
    const projectId = project === undefined ? null : (await getByName(tx, 'project', project)).id
    const url = `https://${place.host}/${place.fullName}`
    const id = await addRepository(tx, { ...place, url, organizationId, projectId }, actor)
    if (sensitivity) await updateRepository(tx, { id, change: { sensitivity } }, actor)
    return repositories.get(tx, id)
  })
  await ctx.out.one(repositoryView, row)
}

/** @throws UsageError */
function placeNamed(name: string): { host: string; fullName: string } {
  if (/^[\w.-]+\/[\w.-]+$/.test(name)) return { host: 'github.com', fullName: name }
  const place = repositoryAt(name)
  if (place) return place
  throw new UsageError(`"${name}" is no repository`, { hint: 'write owner/name, or its address' })
}
