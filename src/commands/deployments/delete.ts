import { deployments } from '../../data/delivery/fact-lists.js'
import { deleteDeployment, requireRecordedByHand } from '../../data/delivery/record-deployment.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import { deploymentName, deploymentView } from '../../views/deployment.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const deploymentsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a deployment that was recorded by mistake; one that a source reports would come back',
  effect: 'destroys',
  output: { record: deploymentView },
  exitCodes: [3, 7],
  examples: [['cto deployments delete run-7', 'asks first; what was shipped is computed again']],
  parameters: (command) => command.argument('<deployment>', 'its id, its --external-id, or its ref'),
  run: deleteOne,
}

async function deleteOne(ctx: Context, name: string): Promise<void> {
  const deployment = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read((db) => deployments.getWhole(db, name))
    requireRecordedByHand(found)
    await ctx.ask.confirm(`delete the deployment ${visible(deploymentName(found))}?`)
    await write(async (tx) => deleteDeployment(tx, found.id, await ctx.db.actor(tx)), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  ctx.out.notice(`${deletedWord(ctx)} the deployment ${visible(deploymentName(deployment))}`)
  await ctx.out.one(deploymentView, deployment)
}
