import { idKey } from '../../domain/delivery/fact-key.js'
import type { Db } from '../../engine/client.js'

/** The keys of all repositories that have an id. */
export async function findKnownRepositories(db: Db): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ host: string; externalId: string }[]>`
    SELECT host, external_id::text AS "externalId" FROM repositories WHERE external_id IS NOT NULL`
  return new Set(rows.map(({ host, externalId }) => idKey(host, Number(externalId))))
}
