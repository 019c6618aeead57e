import { deleteSessions } from '../../data/sessions/change-sessions.js'
import { getSessionId } from '../../data/sessions/sessions.js'
import { counted } from '../../domain/counted.js'
import type { Context } from '../../context.js'
import { sessionView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const sessionsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete sessions and what their tools did in them; always asks',
  effect: 'destroys',
  output: { list: sessionView },
  exitCodes: [3],
  examples: [['cto sessions delete 5e551011', 'after a yes; ingesting its file again brings it back']],
  parameters: (command) =>
    command.argument('<sessions...>', "ids, beginnings of them, or the source's own ids"),
  run: deleteNamed,
}

async function deleteNamed(ctx: Context, names: readonly string[]): Promise<void> {
  const sessions = await ctx.db.open('write', async ({ read, write }) => {
    const ids = await read(async (db) => {
      const found: string[] = []
      for (const name of names) found.push(await getSessionId(db, name))
      return [...new Set(found)]
    })
    await ctx.ask.confirm(`delete ${counted(ids.length, 'session')} and what the tools did in them?`)
    const { dryRun } = ctx.line.flags
    return write(async (tx) => deleteSessions(tx, { ids, actor: await ctx.db.actor(tx) }), { dryRun })
  })
  ctx.out.notice(`${deletedWord(ctx)} ${counted(sessions.length, 'session')}`)
  await ctx.out.page(sessionView, { data: sessions })
}
