import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { reviewList } from '../../data/reviews/reviews.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { integerBetween } from '../../flags/options.js'
import { reviewView } from '../../views/review.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  repo?: string
  pr?: number
  tool?: string
  risk?: number
}

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
    command
      .optionsGroup('Filters:')
      .option('--repo <repository>', 'owner/name, or the name alone if it is unique')
      .option('--pr <n>', 'number of a pull request', integerBetween(1, 2 ** 31 - 1))
      .option('--tool <tool>', 'name of the tool')
      .option('--risk <n>', 'risk of at least this', integerBetween(0, 100))
    addListOptions(command, ['reviewedAt', 'riskScore', 'tool'])
  },
  run: listReviews,
}

async function listReviews(ctx: Context, { repo, pr, tool, risk, ...portion }: Options): Promise<void> {
  await ctx.out.list(reviewView, portion, async (db) => {
    const repositoryId = repo === undefined ? undefined : await getRepositoryId(db, repo)
    const words = {
      ...(repo !== undefined && { repo: `repo ${repo}` }),
      ...(pr !== undefined && { pr: `pr ${pr}` }),
      ...(tool !== undefined && { tool: `tool ${tool}` }),
      ...(risk !== undefined && { risk: `risk ${risk}` }),
    }
    return reviewList({ repositoryId, pullRequest: pr, tool, risk }, words)
  })
}
