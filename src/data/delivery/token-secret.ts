import type { Db } from '../../engine/client.js'

/** The secret with the token for a repository: of its organization, else of that with the name of its owner; null without. */
export async function findTokenSecret(
  db: Db,
  { host, fullName }: { host: string; fullName: string },
): Promise<string | null> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    SELECT s.id::text
    FROM organizations o
    JOIN secrets s ON s.name = o.token_secret AND (s.organization_id = o.id OR s.organization_id IS NULL)
    WHERE o.id = coalesce(
      (
        SELECT r.organization_id FROM repositories r
        WHERE r.host = ${host} AND lower(r.full_name) = lower(${fullName}) AND r.gone_at IS NULL
      ),
      (SELECT w.id FROM organizations w WHERE w.slug = lower(split_part(${fullName}, '/', 1))))
    ORDER BY s.organization_id IS NULL
    LIMIT 1`
  return row?.id ?? null
}
