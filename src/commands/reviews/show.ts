import { getReview } from '../../data/reviews/reviews.js'
import type { Context } from '../../context.js'
import { shownReviewView } from '../../views/review.js'
import type { CommandDefinition } from '../definition.js'

export const reviewsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one review with its open findings, of which it keeps 1,000',
  effect: 'reads',
  output: { record: shownReviewView },
  exitCodes: [3],
  examples: [
    ['cto reviews show 5f0c2a9e', 'by the beginning of its id, as reviews list prints it'],
    ['cto reviews show 5f0c2a9e --json', 'with severity, rule, path and line of each finding'],
  ],
  parameters: (command) => command.argument('<review>', 'id, or a beginning of it that is unique'),
  run: showReview,
}

async function showReview(ctx: Context, id: string): Promise<void> {
  await ctx.out.one(shownReviewView, await ctx.db.read((db) => getReview(db, id)))
}
