import { getSessionId, getShownSession } from '../../data/sessions/sessions.js'
import type { Context } from '../../context.js'
import { shownSessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

export const sessionsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one session, when it was active, and what its tools did',
  effect: 'reads',
  output: { record: shownSessionView },
  exitCodes: [3],
  examples: [
    ['cto sessions show 5e551011', 'the beginning of its id is enough'],
    ['cto sessions show 5e551011 --json --fields active,tools', 'for a program'],
  ],
  parameters: (command) => command.argument('<session>', "its id, a beginning of it, or the source's own id"),
  run: show,
}

async function show(ctx: Context, name: string): Promise<void> {
  const session = await ctx.db.read(async (db) => getShownSession(db, await getSessionId(db, name)))
  await ctx.out.one(shownSessionView, session)
}
