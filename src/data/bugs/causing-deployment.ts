import type { Db } from '../../engine/client.js'
import type { CausingDeployment } from '../../shapes/bug.js'

/** The deployment that brought a bug, as `deployments fail` noted it; null without a note. */
export async function findCausingDeployment(db: Db, bugId: string): Promise<CausingDeployment | null> {
  const [deployment] = await db.$queryRaw<CausingDeployment[]>`
    SELECT d.id::text, r.full_name AS repository, d.environment, d.service, d.ref, d.sha, d.external_id AS "externalId"
    FROM bugs b
    JOIN deployments d ON d.id = b.caused_by_deployment_id
    JOIN repositories r ON r.id = d.repository_id
    WHERE b.id = ${bugId}::uuid`
  return deployment ?? null
}
