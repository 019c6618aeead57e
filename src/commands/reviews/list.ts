import { reviewList } from '../../data/reviews/reviews.js'
import type { Context } from '../../context.js'
import {
  addDeliveryFilters,
  deliveryFilter,
  deliveryWords,
  type DeliveryFilterOptions,
} from '../../flags/delivery-filter.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { integerBetween } from '../../flags/options.js'
import { reviewView } from '../../views/review.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions, DeliveryFilterOptions {
  pr?: number
  tool?: string
  risk?: number
}

/** Of the repository, and of the pull request that was reviewed; what bots opened is listed too. */
const filters = ['org', 'repo', 'project', 'author', 'label', 'base', 'state', 'opened', 'merged'] as const

export const reviewsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List reviews, the newest first',
  effect: 'reads',
  output: { list: reviewView },
  exitCodes: [3, 8],
  examples: [
    ['cto reviews list --repo web --pr 128', 'what each tool found in a pull request'],
    ['cto reviews list --risk 50 --sort riskScore:desc', 'those with a high or critical finding'],
  ],
  parameters: (command) => {
    addDeliveryFilters(command, { only: filters })
      .option('--pr <n>', 'number of a pull request', integerBetween(1, 2 ** 31 - 1))
      .option('--tool <tool>', 'name of the tool')
      .option('--risk <n>', 'risk of at least this', integerBetween(0, 100))
    addListOptions(command, ['reviewedAt', 'riskScore', 'tool'])
  },
  run: listReviews,
}

async function listReviews(ctx: Context, options: Options): Promise<void> {
  const { pr, tool, risk } = options
  const deliveryGiven = deliveryWords(options)
  await ctx.out.list(reviewView, options, async (db) => {
    const delivery = deliveryGiven === '' ? undefined : await deliveryFilter(db, ctx, options)
    const words = {
      ...(delivery && { delivery: deliveryGiven }),
      ...(pr !== undefined && { pr: `pr ${pr}` }),
      ...(tool !== undefined && { tool: `tool ${tool}` }),
      ...(risk !== undefined && { risk: `risk ${risk}` }),
    }
    return reviewList({ delivery, pullRequest: pr, tool, risk }, words)
  })
}
