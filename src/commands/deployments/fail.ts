import { getBugId } from '../../data/bugs/bug-names.js'
import { deployments } from '../../data/delivery/fact-lists.js'
import { clearFailure, failDeployment } from '../../data/delivery/record-deployment.js'
import type { Context } from '../../context.js'
import { deploymentView } from '../../views/deployment.js'
import type { CommandDefinition } from '../definition.js'

export const deploymentsFailCommand: CommandDefinition = {
  name: 'fail',
  description: 'Note the bug that a deployment brought: it counts as failed until the bug is resolved',
  effect: 'writes',
  output: { record: deploymentView },
  exitCodes: [3, 7],
  examples: [
    ['cto deployments fail v1.4.0 --bug BUG-1006', 'for dora.fail_rate and dora.recovery'],
    ['cto deployments fail v1.4.0 --bug BUG-1006 --undo', 'it was another one'],
  ],
  parameters: (command) =>
    command
      .argument('<deployment>', 'its id at the source, its ref, or its id')
      .requiredOption('--bug <bug>', 'the bug that it brought')
      .option('--undo', 'take the note back'),
  run: failOne,
}

interface FailOptions {
  bug: string
  undo?: true
}

async function failOne(ctx: Context, name: string, { bug, undo }: FailOptions): Promise<void> {
  const row = await ctx.db.write(async (tx) => {
    const { id } = await deployments.get(tx, name)
    const note = undo ? clearFailure : failDeployment
    await note(tx, { id, bugId: await getBugId(tx, bug) }, await ctx.db.actor(tx))
    return deployments.get(tx, id)
  })
  ctx.out.notice(undo ? `no longer noted as brought by it: ${bug}` : `noted as brought by it: ${bug}`)
  await ctx.out.one(deploymentView, row)
}
