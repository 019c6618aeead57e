import { createHash } from 'node:crypto'
import path from 'node:path'
import { completeSha } from '../../data/delivery/complete-sha.js'
import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { getPullRequestId, storeReviews, type NewReview } from '../../data/reviews/reviews.js'
import { countFindings } from '../../domain/delivery/risk.js'
import { openInputFile } from '../../files/input-file.js'
import type { Importing } from '../../data/imports/importing.js'
import type { Db } from '../../engine/client.js'
import type { Context } from '../../context.js'
import { integerBetween } from '../../flags/options.js'
import { sha } from '../../flags/sha.js'
import { readReview, type ReviewFile } from '../../importers/reviews/read-review.js'
import { counted } from '../../domain/counted.js'
import { runsByTool } from '../../importers/reviews/runs-by-tool.js'
import { reviewView } from '../../views/review.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  repo: string
  pr?: number
  sha?: string
  tool?: string
}

export const reviewsIngestCommand: CommandDefinition = {
  name: 'ingest',
  description: 'Store the findings of a review tool, and the risk that follows from them',
  effect: 'writes',
  output: { list: reviewView },
  exitCodes: [3],
  examples: [
    ['cto reviews ingest results.sarif --repo acme/web --pr 128', 'after a scan of a pull request'],
    ['cat issues.json | cto reviews ingest - --repo web --sha 9b386c5e76', 'of one commit'],
  ],
  parameters: (command) =>
    command
      .argument(
        '<file>',
        'SARIF 2.1.0, rdjson or rdjsonl, GitLab code quality, issues of SonarQube, alerts of GitHub, comments of bots on a pull request; - for stdin',
      )
      .requiredOption('--repo <repository>', 'owner/name, or the name alone if it is unique')
      .option('--pr <n>', 'number of the pull request that was reviewed', integerBetween(1, 2 ** 31 - 1))
      .option(
        '--sha <commit>',
        'SHA of the reviewed commit, or the beginning of a known one; default: that of the file, else the head of the pull request',
        sha,
      )
      .option('--tool <tool>', 'name of the tool; default: that of the file'),
  run: ingestReview,
}

async function ingestReview(ctx: Context, name: string, options: Options): Promise<void> {
  const { file, contentSha256 } = await readFile(ctx, name)
  const now = ctx.now()
  const { tool, sha: named } = options
  const runs = runsByTool(file.runs.map((run) => ({ ...run, tool: tool ?? run.tool, sha: named ?? run.sha })))
  const reviews = runs.map((run): NewReview => {
    const findings = [...run.findings]
    const open = findings.filter(({ state }) => state === 'open')
    return {
      ...countFindings(findings),
      ...(file.format === 'comments' && { riskScore: null }),
      tool: run.tool,
      sha: run.sha,
      format: file.format,
      contentSha256,
      findings: open.map(({ state: _, ...finding }) => finding),
      reviewedAt: run.endedAt !== null && run.endedAt < now ? run.endedAt : now,
    }
  })
  const { stored, created } = await store(ctx, { name, reviews, contentSha256, options })
  if (created < stored.length)
    ctx.out.notice(`${counted(stored.length - created, 'review')} stored already; nothing was changed`)
  if (file.missing > 0)
    ctx.out.caution(`the file is one page: it lacks ${counted(file.missing, 'issue')} of the search`)
  await ctx.out.page(reviewView, { data: stored })
}

interface Store {
  name: string
  reviews: readonly NewReview[]
  contentSha256: string
  options: Options
}

/** In one transaction, logged as an import. */
async function store(ctx: Context, { name, reviews, contentSha256, options }: Store) {
  const { loggedImport } = await import('../../importers/load/logged-import.js')
  const origin = {
    ...{ type: 'reviews', file: name === '-' ? 'stdin' : path.basename(name), externalSource: 'reviews' },
    ...{ preset: reviews[0]?.format ?? 'reviews', hash: contentSha256, mapping: {} },
  }
  const work = async (tx: Db, { importId, actor }: Importing) => {
    const repositoryId = await getRepositoryId(tx, options.repo)
    const pullRequestId =
      options.pr === undefined ? null : await getPullRequestId(tx, { repositoryId, number: options.pr })
    const ofCommit = await withWholeSha(tx, { repositoryId, reviews, named: options.sha })
    const result = await storeReviews(tx, { repositoryId, pullRequestId, reviews: ofCommit, importId, actor })
    const { created } = result
    const counts = { records: reviews.length, created, unchanged: reviews.length - created }
    return {
      result,
      end: { recordsImported: created, recordsFailed: 0, errors: [], outcome: { counts } },
      action: 'reviews.ingest',
      audit: { type: 'reviews', ...counts },
    }
  }
  const { result } = await ctx.db.open('write', async (database) => {
    // A wrong name or SHA is no failed import.
    const actor = await database.read(async (db) => {
      const repositoryId = await getRepositoryId(db, options.repo)
      await withWholeSha(db, { repositoryId, reviews, named: options.sha })
      return ctx.db.actor(db)
    })
    const { dryRun } = ctx.line.flags
    return loggedImport(database, { source: 'manual', origin, actor, dryRun }, work)
  })
  return result
}

interface OfCommit {
  repositoryId: string
  reviews: readonly NewReview[]
  /** What `--sha` has: it is the commit of every review. */
  named: string | undefined
}

async function withWholeSha(
  db: Db,
  { repositoryId, reviews, named }: OfCommit,
): Promise<readonly NewReview[]> {
  if (named === undefined) return reviews
  const { sha } = await completeSha(db, { repositoryId, sha: named })
  return reviews.map((review) => ({ ...review, sha }))
}

async function readFile(ctx: Context, name: string): Promise<{ file: ReviewFile; contentSha256: string }> {
  const hash = createHash('sha256')
  async function* hashed(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
  if (name === '-') {
    const file = await readReview(hashed(ctx.line.stdin), 'stdin')
    return { file, contentSha256: hash.digest('hex') }
  }
  const { handle, chunks } = await openInputFile(path.resolve(ctx.line.cwd, name), { name })
  try {
    const file = await readReview(hashed(chunks()), name)
    return { file, contentSha256: hash.digest('hex') }
  } finally {
    await handle.close()
  }
}
