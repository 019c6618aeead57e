import { nearestChoice } from '../../domain/nearest-choice.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { topics } from '../topics.js'
import type { CommandBehaviour } from '../definition.js'

export const helpCommand: CommandBehaviour = {
  effect: 'none',
  output: { document: 'helpTopic' },
  examples: [
    ['cto help bugs list', 'the page of a command'],
    ['cto help filters', 'how to choose bugs'],
    ['cto help exit-codes --json', 'a page for a program'],
  ],
  parameters: (command) =>
    command.argument(
      '[words...]',
      'a command, or a topic: exit-codes, formats, environment, filters, sla, priority',
    ),
  run: showTopic,
}

/** Pages of commands do not come here: commander prints them. */
async function showTopic(ctx: Context, words: readonly string[]): Promise<void> {
  const name = words.join('-')
  const topic = topics.find((each) => each.name === name)
  if (!topic) {
    const candidates = [...topics.map((each) => each.name), ...(await groupNames(ctx))]
    const suggestion = nearestChoice(name, candidates)
    throw new UsageError(`there is no help on "${words.join(' ')}"`, {
      reason: suggestion === null ? undefined : `did you mean ${suggestion}?`,
      hint: `topics: ${topics.map((each) => each.name).join(', ')}; commands: cto --help`,
    })
  }
  const { reflow } = await import('../../output/reflow.js')
  const { width } = ctx.out
  const text = width === null ? topic.text : reflow(topic.text, width)
  await ctx.out.document({ data: topic, text: () => `${topic.summary}\n\n${text}\n` })
}

async function groupNames(ctx: Context): Promise<string[]> {
  return (await ctx.line.commands()).map(({ path }) => path.split(' ')[0] ?? path)
}
