import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** What of these repositories may be mentioned: pull requests and issues by number. */
interface Mentioned {
  /** Pull requests whose mentions are new. */
  pullRequests: readonly string[]
  /** Repositories whose pull requests may mention what is new in them. */
  repositories: readonly string[]
  numbers: readonly number[]
}

/** Links pull requests to the bugs that they fix and to the pull requests that they revert, as far as these are stored. */
export async function linkMentions(
  tx: Db,
  { pullRequests, repositories, numbers }: Mentioned,
): Promise<void> {
  const named = numbers.map(String)
  await link(
    tx,
    Prisma.sql`
      p.id = ANY(${[...pullRequests]}::uuid[])
      OR (p.repository_id = ANY(${[...repositories]}::uuid[]) AND EXISTS (
        SELECT FROM unnest(p.mentions) m WHERE split_part(m, '#', 2) = ANY(${named}::text[])))`,
  )
}

/** The same for all pull requests of a repository: bugs may have come since. */
export async function linkAllMentions(tx: Db, repositoryId: string): Promise<void> {
  await link(tx, Prisma.sql`p.repository_id = ${repositoryId}::uuid`)
}

/** Whether a mention names the repository of the pull request itself, by any name that it had. */
const isOwnName = Prisma.sql`
  (s.name IN ('', lower(own.full_name)) OR s.name = ANY(lower(own.previous_names::text)::text[]))`

async function link(tx: Db, which: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    WITH named AS (
      SELECT
        p.id, p.repository_id, m.place, split_part(m.text, ' ', 1) AS kind,
        split_part(split_part(m.text, ' ', 2), '#', 1) AS name, 
        nullif(split_part(m.text, '#', 2), '')::integer AS number
      FROM pull_requests p
      LEFT JOIN LATERAL unnest(p.mentions) WITH ORDINALITY AS m(text, place) ON true
      WHERE p.mentions IS NOT NULL AND (${which})
    ), closed AS (
      SELECT s.id, s.place, r.id AS repository_id, r.host || '/' || r.full_name AS address, s.number
      FROM named s
      JOIN repositories own ON own.id = s.repository_id
      JOIN repositories r ON r.host = own.host
        AND CASE WHEN ${isOwnName} THEN r.id = own.id ELSE r.gone_at IS NULL AND lower(r.full_name) = s.name END
      WHERE s.kind = 'closes'
    ), found AS (
      SELECT c.id, c.place, i.bug_id
      FROM closed c
      JOIN issues i ON i.repository_id = c.repository_id AND i.number = c.number
      WHERE i.bug_id IS NOT NULL
      UNION ALL
      SELECT c.id, c.place, b.id
      FROM closed c
      JOIN bugs b ON b.external_id = 'https://' || c.address || '/issues/' || c.number
      UNION ALL
      SELECT s.id, s.place, b.id
      FROM named s
      JOIN bugs b ON b.bug_number = s.name
      WHERE s.kind = 'bug'
    ), fixed AS (
      SELECT DISTINCT ON (id) id, bug_id FROM found ORDER BY id, place, bug_id
    ), reverted AS (
      SELECT DISTINCT ON (s.id) s.id, t.id AS reverts_id
      FROM named s
      JOIN repositories own ON own.id = s.repository_id
      JOIN pull_requests t ON t.repository_id = own.id AND t.number = s.number AND t.id <> s.id
      WHERE s.kind = 'reverts' AND ${isOwnName}
      ORDER BY s.id, s.place
    ), considered AS (
      SELECT DISTINCT id FROM named
    )
    UPDATE pull_requests p
    SET bug_id = fixed.bug_id, reverts_id = reverted.reverts_id
    FROM considered s
    LEFT JOIN fixed ON fixed.id = s.id
    LEFT JOIN reverted ON reverted.id = s.id
    WHERE p.id = s.id AND (p.bug_id, p.reverts_id) IS DISTINCT FROM (fixed.bug_id, reverted.reverts_id)`
}
