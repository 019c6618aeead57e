import { getLastAttempt, startAttempts } from '../../data/notify/log.js'
import { lockRuns } from '../../data/notify/plan-run.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import type { Notification } from '../../shapes/notification.js'
import type { CommandDefinition } from '../definition.js'
import { deliver } from './deliver.js'
import { printDelivered } from './run.js'

export const notifyRetryCommand: CommandDefinition = {
  name: 'retry',
  description: 'Send again what failed or is dead, now and once',
  effect: 'writes',
  output: { document: 'notifications' },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto notify retry 0f9b2c1e-0a57-4a53-9b6e-5f6f3f5f1c11', 'by the delivery, as notify log prints it'],
    ['cto notify retry 0f9b2c1e-0a57-4a53-9b6e-5f6f3f5f1c11 --json', 'with the answer of the receiver'],
  ],
  parameters: (command) => command.argument('<deliveries...>', 'ids of deliveries, or of their attempts'),
  run: retryDeliveries,
}

async function retryDeliveries(ctx: Context, names: readonly string[]): Promise<void> {
  const { dryRun } = ctx.line.flags
  const delivered = await ctx.db.open('write', async (database) => {
    const ids = await database.write(
      async (tx) => {
        await lockRuns(tx)
        const last: Notification[] = []
        for (const name of [...new Set(names)]) {
          const attempt = await getLastAttempt(tx, name)
          if (attempt.status !== 'failed' && attempt.status !== 'dead')
            throw new CtoError('CONFLICT', `the message is ${attempt.status}`, { hint: 'cto notify log' })
          last.push(attempt)
        }
        return startAttempts(tx, last, ctx.now())
      },
      { dryRun },
    )
    return dryRun ? { notifications: [], printed: [] } : deliver(ctx, database, { ids, retries: false })
  })
  await printDelivered(ctx, delivered)
}
