import type { DeploySource } from '../../domain/delivery/deploy-source.js'
import { facts } from '../../domain/delivery/facts.js'
import { report, sourceTimesOf, stampsOf } from '../../domain/delivery/seen.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { forgetTexts } from './forget-texts.js'
import { linkDeployments } from './link-deployments.js'
import type { Sensitivity } from './store-repositories.js'

export interface RepositoryChange {
  projectId?: string | null
  sensitivity?: Sensitivity
  deploySource?: DeploySource | null
  deployPattern?: string | null
  environments?: readonly string[]
}

/** A level that a user set counts more than what sources report. */
const userRank = 9

/** Changes what users decide of a repository, and computes again what its deployments shipped. */
export async function updateRepository(
  tx: Db,
  { id, change }: { id: string; change: RepositoryChange },
  actor: Actor,
): Promise<void> {
  const [before] = await tx.$queryRaw<{ sourceTimes: Record<string, string> }[]>`
    SELECT source_times AS "sourceTimes" FROM repositories WHERE id = ${id}::uuid FOR UPDATE`
  const { sensitivity } = change
  const { groups } = facts.repository
  const decided = report({ sensitivity }, { rank: userRank, at: actor.now })
  const sourceTimes = JSON.stringify(
    sourceTimesOf({ ...stampsOf(before?.sourceTimes ?? {}, groups), ...decided.stamps }, groups),
  )
  await updateRows<string>(tx, tableOf('repositories'), {
    rows: [{ id, ...change, sourceTimes }],
    fields: [...Object.keys(change), 'sourceTimes'],
  })
  if (sensitivity === 'confidential' || sensitivity === 'restricted')
    await forgetTexts(tx, { id, sensitivity })
  await linkDeployments(tx, [id])
  await recordAudit(tx, actor, [
    {
      action: 'repository.update',
      entityType: 'repository',
      entityId: id,
      details: { fields: Object.keys(change) },
    },
  ])
}
