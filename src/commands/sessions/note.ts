import { noteSession } from '../../data/sessions/change-sessions.js'
import { getSessionId, getSessions } from '../../data/sessions/sessions.js'
import { isUnseen } from '../../domain/text.js'
import { required, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { sessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

export const sessionsNoteCommand: CommandDefinition = {
  name: 'note',
  description: 'Add a line to the description of a session',
  effect: 'writes',
  output: { record: sessionView },
  exitCodes: [3],
  examples: [['cto sessions note 5e551011 "found the cause: a retry without a limit"', 'read it with show']],
  parameters: (command) =>
    command
      .argument('<session>', "its id, a beginning of it, or the source's own id")
      .argument('<text>', 'the line'),
  run: note,
}

async function note(ctx: Context, name: string, text: string): Promise<void> {
  const line = text.trim()
  if (isUnseen(line))
    throw new UsageError('the note is empty', { hint: 'cto sessions note 5e551011 "found the cause"' })
  const session = await ctx.db.write(async (tx) => {
    const id = await getSessionId(tx, name)
    await noteSession(tx, { id, note: line, actor: await ctx.db.actor(tx) })
    return required((await getSessions(tx, [id]))[0], 'the session of the note')
  })
  await ctx.out.one(sessionView, session)
}
