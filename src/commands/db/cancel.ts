import { counted } from '../../domain/counted.js'
import type { Cancellation } from '../../shapes/administration.js'
import type { Database } from '../../engine/database.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { age } from '../../flags/age.js'
import { integerBetween } from '../../flags/options.js'
import { cancellationView } from '../../views/administration.js'
import { auditDatabase } from './audit.js'
import type { CommandDefinition } from '../definition.js'

interface CancelOptions {
  terminate?: true
  idleInTransaction?: number
  over?: number
}

const pid = integerBetween(1, 999_999_999)

export const dbCancelCommand: CommandDefinition = {
  name: 'cancel',
  description: 'Stop statements of other sessions, or end the sessions',
  effect: 'writes',
  output: { list: cancellationView },
  exitCodes: [3, 5],
  examples: [
    ['cto db cancel 4711', 'stop what the session runs; cto db inspect activity shows pids'],
    ['cto db cancel --terminate 4711 4712', 'end the sessions; their transactions are rolled back'],
    ['cto db cancel --idle-in-transaction 10m --terminate', 'all that keep locks and do nothing'],
    ['cto db cancel --over 1h --dry-run', 'only show what would be stopped'],
  ],
  parameters: (command) =>
    command
      .argument(
        '[pids...]',
        'process ids of client sessions',
        (value, previous: readonly number[]) => [...previous, pid(value)],
        [],
      )
      .option('--terminate', 'end the session, not only its statement')
      .option('--idle-in-transaction <age>', 'all idle in a transaction for at least this long: 30s, 5m', age)
      .option('--over <age>', 'all whose statement has run for at least this long: 30s, 5m, 2h', age),
  run: cancelSessions,
}

async function cancelSessions(ctx: Context, pids: readonly number[], options: CancelOptions): Promise<void> {
  const { terminate = false, idleInTransaction, over } = options
  if (pids.length === 0 && idleInTransaction === undefined && over === undefined) {
    throw new UsageError('no session is named', { hint: 'cto db cancel 4711, or --over 1h' })
  }
  const { cancellationOf, chooseSessions, stop } = await import('../../admin/cancel.js')
  const work = async (database: Database): Promise<Cancellation[]> => {
    if (!database.capabilities.hasOtherSessions) {
      throw new UsageError('the embedded database has no other session to stop')
    }
    const sessions = await chooseSessions(database, {
      pids,
      idleSeconds: idleInTransaction,
      activeSeconds: over,
    })
    if (sessions.length > pids.length) {
      for (const { pid: id, user, state, seconds } of sessions) {
        ctx.out.notice(`${id} ${user} ${state ?? ''} for ${Math.round(seconds)} s`)
      }
      await ctx.ask.confirm(`${terminate ? 'end' : 'stop'} ${counted(sessions.length, 'session')}?`)
    }
    if (ctx.line.flags.dryRun) return sessions.map((session) => cancellationOf(session, null))
    const stopped = await stop(database, { sessions, terminate })
    if (stopped.length > 0) {
      const details = { pids: stopped.map((each) => each.pid), terminate }
      await auditDatabase(ctx, database, { action: 'db.cancel', details })
    }
    return stopped
  }
  ctx.db.requireWritable()
  const stopped = await ctx.db.open('inspect', work)
  await ctx.out.page(cancellationView, { data: stopped, total: stopped.length })
  if (stopped.some(({ result }) => result === 'still running' || result === 'not permitted')) {
    ctx.out.setExitCode(5)
  }
}
