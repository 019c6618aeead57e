import type { DeploySource } from '../../domain/delivery/deploy-source.js'
import { facts } from '../../domain/delivery/facts.js'
import { report, sourceTimesOf, stampsOf } from '../../domain/delivery/seen.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { tableOf } from '../../engine/table.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { hiddenTagSql } from './hidden-tag.js'
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

/** Titles, branches, labels, messages and paths of a repository, and the payloads that hold them. */
async function forgetTexts(
  tx: Db,
  { id, sensitivity }: { id: string; sensitivity: 'confidential' | 'restricted' },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE pull_requests SET title = NULL, base_branch = NULL, head_branch = NULL, labels = NULL
    WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE issues SET title = NULL, labels = NULL WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE commits SET subject = NULL WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE deployments SET ref = NULL, service = NULL WHERE repository_id = ${id}::uuid`
  // What has the form of a digest is hidden already.
  await tx.$executeRaw`
    UPDATE deployments SET external_id = ${hiddenTagSql(Prisma.sql`repository_id`, Prisma.sql`external_id`)}
    WHERE repository_id = ${id}::uuid AND source = 'tag' AND external_id !~ '^[0-9a-f]{64}$'`
  await tx.$executeRaw`
    WITH n AS (
      SELECT
        v.id,
        CASE WHEN ${sensitivity === 'restricted'} THEN '[]'::jsonb ELSE coalesce(
          (SELECT jsonb_agg(f || '{"message": null, "path": null}'::jsonb) FROM jsonb_array_elements(v.findings) f),
          '[]'::jsonb) END AS findings
      FROM ai_reviews v
      WHERE v.repository_id = ${id}::uuid
    )
    UPDATE ai_reviews v
    SET findings = n.findings
    FROM n
    WHERE v.id = n.id`
  await tx.$executeRaw`UPDATE events SET payload = NULL WHERE repository_id = ${id}::uuid`
}
