import type { Context } from '../../context.js'
import type { Stages } from '../../domain/delivery/stages.js'
import { pullAnchorView } from '../../views/pull-anchor.js'
import type { CommandDefinition } from '../definition.js'

export const prsExplainCommand: CommandDefinition = {
  name: 'explain',
  description: 'The moments that divide the life of a pull request: when, by whom, and why one is missing',
  effect: 'reads',
  output: { list: pullAnchorView },
  exitCodes: [3],
  examples: [
    ['cto prs explain acme/shop#12', 'why it has no time to the first review'],
    ['cto prs explain shop#12 --json', 'for a program'],
  ],
  parameters: (command) => command.argument('<pull-request>', 'owner/name#12, its address, or its id'),
  run: explainPullRequest,
}

async function explainPullRequest(ctx: Context, name: string): Promise<void> {
  const { pullRequests } = await import('../../data/delivery/fact-lists.js')
  const { explainPull } = await import('../../data/delivery/explain-pull.js')
  const { anchors, stages } = await ctx.db.read(async (db) =>
    explainPull(db, await pullRequests.get(db, name)),
  )
  await ctx.out.page(pullAnchorView, { data: anchors, total: anchors.length })
  if (stages !== null && stages.cycle !== null) ctx.out.notice(sumText(stages))
}

/** `cycle 31.50 h = coding 10.00 + pickup 5.00 + review — + merge — + unsplit 16.50` */
function sumText({ cycle, coding, pickup, review, merge, unsplit }: Stages): string {
  const text = (hours: number | null) => (hours === null ? '—' : hours.toFixed(2))
  const parts = Object.entries({ coding, pickup, review, merge, unsplit })
  return `cycle ${text(cycle)} h = ${parts.map(([stage, hours]) => `${stage} ${text(hours)}`).join(' + ')}`
}
