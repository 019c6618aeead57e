import { findSyncNames } from '../../data/delivery/sync-state.js'
import type { Database } from '../../engine/database.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { sinceHelp, startAsked } from '../../flags/moments.js'
import { githubApiOptions, type GithubApiOptions } from '../../flags/github-api.js'
import { visible } from '../../output/visible.js'
import type { RepositorySync } from '../../shapes/repository-import.js'
import { factsRead } from '../../views/delivery-sync.js'
import type { CommandDefinition } from '../definition.js'
import { nthImport } from '../nth-import.js'

interface Options extends GithubApiOptions {
  since?: string
}

export const reposSyncCommand: CommandDefinition = {
  name: 'sync',
  description:
    'Read from GitHub what changed in repositories since their last sync: pull requests, reviews, commits, issues, deployments',
  effect: 'writes',
  output: { document: 'repositorySyncs' },
  exitCodes: [3, 5],
  examples: [
    ['cto repos sync', 'all that are known, every night'],
    ['cto repos sync acme/shop', 'one of them; run it again to resume one that was interrupted'],
    [
      'cto repos sync acme/shop --since 90d',
      'the first time no more than a quarter; later, that quarter again',
    ],
  ],
  parameters: (command) =>
    githubApiOptions(
      command
        .argument('[repositories...]', 'owner/name, or a name that is known; default: all')
        .option('--since <when>', `how far back the first sync reads: ${sinceHelp}`),
    ),
  run: syncAll,
}

async function syncAll(ctx: Context, names: readonly string[], options: Options): Promise<void> {
  const since = options.since === undefined ? null : await startAsked(ctx, options.since)
  const syncs = await ctx.db.open('write', (database) => syncEach(ctx, database, { names, options, since }), {
    longWork: true,
  })
  await ctx.out.document({ data: syncs, text: () => syncs.map(textOf).join('') || 'no repository to sync\n' })
  if (syncs.some(({ failure }) => failure !== null)) ctx.out.setExitCode(5)
}

async function syncEach(
  ctx: Context,
  database: Database,
  { names, options, since }: { names: readonly string[]; options: GithubApiOptions; since: Date | null },
): Promise<RepositorySync[]> {
  const [{ openForRepository, openGithubApi }, { syncDelivery }] = await Promise.all([
    import('../open-github.js'),
    import('../sync-delivery.js'),
  ])
  // The repositories that a workspace names are chosen by its people: the operator's own token would read any of them for them.
  const isTrusted = names.length > 0 || !database.enteredByOperator
  if (!isTrusted && ctx.line.settings.values.githubToken !== null)
    ctx.out.notice(
      'GITHUB_TOKEN is not used for repositories that the workspace names: name them here, or give their organizations a token (cto orgs update --token-secret)',
    )
  const opened = openGithubApi(ctx, options, isTrusted ? undefined : null)
  const found = await database.read((db) => findSyncNames(db, { host: opened.host, names }))
  const actor = await database.read((db) => ctx.db.actor(db))
  const syncs: RepositorySync[] = []
  for (const repository of found) {
    try {
      const github = await openForRepository(ctx, database, { options, fullName: repository, opened })
      const loading = { actor: nthImport(actor, syncs.length) }
      const delivery = await syncDelivery(ctx, database, { github, name: repository, since, loading })
      syncs.push({ repository, delivery, failure: null })
    } catch (error) {
      if (!(error instanceof CtoError) || ctx.line.signal.aborted || names.length === 1) throw error
      const { code, message, reason } = error
      ctx.out.notice(`${repository}: ${message}${reason === undefined ? '' : `: ${reason}`}`)
      syncs.push({ repository, delivery: null, failure: { code, message } })
    }
  }
  return syncs
}

function textOf({ repository, delivery, failure }: RepositorySync): string {
  const name = visible(repository)
  if (delivery === null) return `${name}: failed, ${visible(failure?.message ?? '')}\n`
  return `${name}: ${factsRead(delivery)}\n`
}
