import { getEvent } from '../../data/delivery/events.js'
import type { Context } from '../../context.js'
import { shownEventView } from '../../views/event.js'
import type { CommandDefinition } from '../definition.js'

export const eventsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one event with its payload',
  effect: 'reads',
  output: { record: shownEventView },
  exitCodes: [3],
  examples: [
    ['cto events show 72d3162e-cc78-11e3-81ab-4c9367dc0958', 'by id, or by the id of its delivery'],
    ['cto events show 2489368070 --fields payload --json', 'an event of an archive'],
  ],
  parameters: (command) => command.argument('<event>', 'id, or the key of its delivery'),
  run: showEvent,
}

async function showEvent(ctx: Context, name: string): Promise<void> {
  await ctx.out.one(shownEventView, await ctx.db.read((db) => getEvent(db, name)))
}
