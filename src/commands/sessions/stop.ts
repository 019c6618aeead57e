import { findRunning, stopSession } from '../../data/sessions/change-sessions.js'
import { getSessionId, getSessions } from '../../data/sessions/sessions.js'
import type { Db } from '../../engine/client.js'
import { NotFoundError, required } from '../../errors.js'
import { pastAsked, pastHelp } from '../../flags/moments.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { sessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

interface StopOptions {
  user: string
  at?: string
}

export const sessionsStopCommand: CommandDefinition = {
  name: 'stop',
  description: 'End the running session',
  effect: 'writes',
  output: { record: sessionView },
  exitCodes: [3, 7],
  examples: [
    ['cto sessions stop', 'yours'],
    ['cto sessions stop --at 2026-11-26T17:30Z', 'you forgot'],
  ],
  parameters: (command) =>
    command
      .argument('[session]', "its id, or a beginning of it; default: the user's running one")
      .option('--user <user>', 'whose running session: email, its local part, name or id', '@me')
      .option('--at <when>', `when it ended: ${pastHelp}`),
  run: stop,
}

async function stop(ctx: Context, name: string | undefined, options: StopOptions): Promise<void> {
  const at = options.at === undefined ? null : await pastAsked(ctx, options.at)
  const session = await ctx.db.write(async (tx) => {
    const id = name === undefined ? await runningOf(tx, ctx, options.user) : await getSessionId(tx, name)
    await stopSession(tx, { id, at, actor: await ctx.db.actor(tx) })
    return required((await getSessions(tx, [id]))[0], 'the session that was ended')
  })
  await ctx.out.one(sessionView, session)
}

async function runningOf(db: Db, ctx: Context, user: string): Promise<string> {
  const running = await findRunning(db, await personNamed(db, ctx, user))
  if (running) return running.id
  throw new NotFoundError('no session is running', { hint: 'cto sessions start' })
}
