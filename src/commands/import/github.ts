import { Option } from 'commander'
import type { Database } from '../../engine/database.js'
import { UsageError } from '../../errors.js'
import { gonePolicies } from '../../domain/gone-policy.js'
import type { GithubReport } from '../../shapes/repository-import.js'
import type { Context } from '../../context.js'
import { choice, collect, list } from '../../flags/options.js'
import { githubApiOptions } from '../../flags/github-api.js'
import { slaFromOption } from './csv-options.js'
import type { GithubOptions } from './github-session.js'
import { repositoryText } from './repository-report.js'
import type { CommandDefinition } from '../definition.js'
import { nthImport } from '../nth-import.js'

export const importGithubCommand: CommandDefinition = {
  name: 'github',
  description:
    'Import repositories as projects, and their issues as bugs; GITHUB_TOKEN or GH_TOKEN for private ones',
  effect: 'writes',
  output: { document: 'githubReports' },
  exitCodes: [3, 5],
  examples: [
    ['cto import github acme --issues', 'all repositories of acme, and their issues'],
    ['cto import github acme/web --issues --since last', 'only what changed, every night'],
    ['cto import github acme/web --issues --full --gone close', 'and close the bugs whose issue was deleted'],
    ['cto import github acme/web --delivery', 'and its pull requests, reviews and deployments'],
    ['cto import github acme/web --issues --map severity.urgent=critical', 'map your own labels'],
  ],
  parameters: (command) =>
    githubApiOptions(
      command
        .argument('<repositories...>', 'owner/name, or an owner for all of their repositories')
        .optionsGroup('Input:')
        .option('--issues', 'import issues too, without pull requests')
        .option('--delivery', 'also pull requests, reviews, commits, deployments, for delivery metrics')
        .option('--label <labels>', 'only issues with one of these labels; repeatable', list)
        .option('--since <when>', 'changed since last (the last import), 7d, monday or 2026-01-31')
        .option('--full', 'read everything, even if unchanged since the last import, and find deleted issues')
        .optionsGroup('What is done with it:')
        .option(
          '--map <pair>',
          'severity.urgent=critical, for a label; status.not_planned=deferred; repeats',
          collect,
        )
        .option('--people <file>', 'a table of emails, names and logins')
        .addOption(
          new Option(
            '--gone <policy>',
            'with --full, for unresolved bugs whose issue was deleted: keep | defer | close',
          )
            .argParser(choice('policy', gonePolicies))
            .default('keep'),
        )
        .option('--keep-local', 'keep fields that were changed in cto')
        .option('--newer-only', 'update a bug only if it changed on GitHub later than in cto')
        .addOption(slaFromOption())
        .option('--source <name>', 'name of the tracker, by which later imports find its bugs', 'github'),
    ),
  run: importGithub,
}

async function importGithub(ctx: Context, names: readonly string[], options: GithubOptions): Promise<void> {
  for (const name of names) requireName(name)
  if (options.gone !== 'keep' && !(options.issues && options.full))
    throw new UsageError('--gone needs --issues and --full', {
      hint: 'add them: without them nothing is known to be gone',
    })
  const reports = await ctx.db.open('write', (database) => importAll(ctx, database, { names, options }), {
    longWork: true,
  })
  const isOne = names.length === 1 && names[0]?.includes('/') === true
  await ctx.out.document({
    data: isOne ? reports[0] : reports,
    text: (style) => reports.map((report) => repositoryText(report, style, ['record', 'records'])).join(''),
  })
  if (reports.some(({ failure, rejected }) => failure !== null || rejected > 0)) ctx.out.setExitCode(5)
}

async function importAll(
  ctx: Context,
  database: Database,
  { names, options }: { names: readonly string[]; options: GithubOptions },
): Promise<GithubReport[]> {
  const [{ openSession }, { importRepository }] = await Promise.all([
    import('./github-session.js'),
    import('./github-repository.js'),
  ])
  const session = await openSession(ctx, database, options)
  const reports: GithubReport[] = []
  for (const name of names) {
    const listed = name.includes('/') ? [{ full_name: name }] : await session.list(name)
    const isOnly = names.length === 1 && name.includes('/')
    for (const repository of listed) {
      // Two imports each: of the repository, and of its delivery.
      const actor = nthImport(session.loading.actor, 2 * reports.length)
      const own = { ...session, loading: { ...session.loading, actor } }
      reports.push(await importRepository(ctx, database, { session: own, repository, options, isOnly }))
    }
  }
  return reports
}

const ownerOrRepository = /^[\w-][\w.-]*(?:\/[\w.-]+)?$/

function requireName(name: string): void {
  if (ownerOrRepository.test(name) && !/(?:^|\/)\.{1,2}$/.test(name)) return
  throw new UsageError(`neither an owner nor a repository: "${name}"`, { hint: 'write acme, or acme/web' })
}
