import { startSession } from '../../data/sessions/change-sessions.js'
import { getSessions } from '../../data/sessions/sessions.js'
import { getByName } from '../../data/names.js'
import { sessionTypes, type SessionType } from '../../domain/session.js'
import { required } from '../../errors.js'
import { pastAsked, pastHelp } from '../../flags/moments.js'
import { choice, list } from '../../flags/options.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { sessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

interface StartOptions {
  user: string
  project?: string
  type: SessionType
  tag?: string[]
  description?: string
  at?: string
}

export const sessionsStartCommand: CommandDefinition = {
  name: 'start',
  description: 'Start a working session of yours; one at a time',
  effect: 'writes',
  output: { record: sessionView },
  exitCodes: [3, 7],
  examples: [
    ['cto sessions start --project web --type debugging', 'until cto sessions stop'],
    ['cto sessions start --at 2026-11-26T09:00Z --tag oncall', 'it began earlier'],
  ],
  parameters: (command) =>
    command
      .option('--user <user>', 'whose: email, its local part, name or id', '@me')
      .option('-p, --project <project>', 'what it is spent on')
      .option('--type <type>', sessionTypes.join(' | '), choice('session type', sessionTypes), 'development')
      .option('--tag <tags>', 'repeat or separate by commas', list)
      .option('--description <text>', 'what for')
      .option('--at <when>', `when it began: ${pastHelp}`),
  run: start,
}

async function start(ctx: Context, options: StartOptions): Promise<void> {
  const at = options.at === undefined ? null : await pastAsked(ctx, options.at)
  const session = await ctx.db.write(async (tx) => {
    const userId = await personNamed(tx, ctx, options.user)
    const { project, type, tag = [], description = null } = options
    const id = await startSession(tx, {
      session: {
        userId,
        projectId: project === undefined ? null : (await getByName(tx, 'project', project)).id,
        sessionStart: at ?? ctx.now(),
        sessionType: type,
        tags: [...new Set(tag)],
        description,
      },
      actor: await ctx.db.actor(tx),
    })
    return required((await getSessions(tx, [id]))[0], 'the session that was started')
  })
  ctx.out.notice('started; end it with cto sessions stop')
  await ctx.out.one(sessionView, session)
}
