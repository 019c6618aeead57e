import type { Command } from 'commander'
import { addNote, bugHistoryList, oldestFirst } from '../../data/bugs/bug-history.js'
import { getBugId } from '../../data/bugs/bug-names.js'
import { findPage } from '../../data/list.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { bugChangeNoun } from './history-noun.js'

export function addBugsNote(parent: Command, ctx: Context): void {
  const command = parent
    .command('note')
    .description('Say something about a bug, kept in its history')
    .argument('<bug>', 'number, key, URL or id')
    .argument('<text>', 'what there is to say')
    .action((name: string, text: string) => noteBug(ctx, name, text))
  declare(command, ctx, {
    effect: 'writes',
    output: { record: bugChangeNoun },
    exitCodes: [3],
    examples: [
      ['cto bugs note BUG-1001 "seen again on Safari 18"', 'read it with cto bugs history BUG-1001'],
    ],
  })
}

export async function noteBug(ctx: Context, name: string, text: string): Promise<void> {
  const note = text.trim()
  if (note === '') throw new UsageError('the note is empty', { hint: 'cto bugs note BUG-1001 "seen again"' })
  const row = await ctx.write(async (tx) => {
    const [bugId, actor] = [await getBugId(tx, name), await ctx.actor(tx)]
    const id = await addNote(tx, { bugId, note, actor })
    const { data } = await findPage(tx, bugHistoryList({ ids: [id] }, oldestFirst), { limit: 1 })
    return data[0]
  })
  if (row) await ctx.printOne(bugChangeNoun, row)
}
