import { completeSha } from '../../data/delivery/complete-sha.js'
import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { deployments } from '../../data/delivery/fact-lists.js'
import { recordDeployment } from '../../data/delivery/record-deployment.js'
import type { Context } from '../../context.js'
import { pastAsked, pastHelp } from '../../flags/moments.js'
import { choice } from '../../flags/options.js'
import { sha } from '../../flags/sha.js'
import { visible } from '../../output/visible.js'
import { deploymentView } from '../../views/deployment.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  environment: string
  service?: string
  sha?: string
  ref?: string
  status: (typeof statuses)[number]
  at?: string
  externalId?: string
}

const statuses = ['pending', 'success', 'failure'] as const

export const deploymentsRecordCommand: CommandDefinition = {
  name: 'record',
  description: 'Record a deployment that no source reports',
  effect: 'writes',
  output: { record: deploymentView },
  exitCodes: [3, 7],
  examples: [
    [
      'cto deployments record acme/shop --sha a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81',
      'at the end of a deploy script',
    ],
    [
      'cto deployments record shop --service api --ref v1.4.0 --at 2026-03-01T10:00:00Z',
      'one service, afterwards',
    ],
  ],
  parameters: (command) =>
    command
      .argument('<repository>', 'owner/name, or its name alone')
      .option('--environment <environment>', 'where it went', 'production')
      .option('--service <service>', 'what was deployed, where a repository holds several')
      .option('--sha <sha>', 'SHA of the commit, or the beginning of a known one', sha)
      .option('--ref <name>', 'branch or tag')
      .option('--status <status>', statuses.join(' | '), choice('status', statuses), 'success')
      .option('--at <when>', `when it ended: ${pastHelp}`)
      .option('--external-id <id>', 'its id where it was made, so that it is recorded once'),
  run: recordOne,
}

async function recordOne(ctx: Context, name: string, options: Options): Promise<void> {
  const { service, ref, ...given } = options
  const at = options.at === undefined ? null : await pastAsked(ctx, options.at)
  const { row, commit } = await ctx.db.write(async (tx) => {
    const repositoryId = await getRepositoryId(tx, name)
    const commit =
      options.sha === undefined ? undefined : await completeSha(tx, { repositoryId, sha: options.sha })
    const actor = await ctx.db.actor(tx)
    const id = await recordDeployment(
      tx,
      {
        repositoryId,
        externalId: given.externalId,
        environment: given.environment,
        status: given.status,
        service: service ?? null,
        sha: commit?.sha ?? null,
        ref: ref ?? null,
        finishedAt: at ?? ctx.now(),
      },
      actor,
    )
    return { row: await deployments.get(tx, id), commit }
  })
  if (commit?.isKnown === false) {
    ctx.out.notice(
      `no known commit of ${visible(row.repository)} has this SHA: what it shipped is inferred from times until a source reports it`,
    )
  }
  if (given.status === 'failure') {
    ctx.out.notice(
      'a failed attempt counts neither as a deployment nor as a failure; ' +
        'for a deployment that brought a bug: cto deployments fail DEPLOYMENT --bug BUG',
    )
  }
  await ctx.out.one(deploymentView, row)
}
