import type { Db } from '../../engine/client.js'

interface FindMissingCommits {
  repositoryId: string
  shas: readonly string[]
}

/** Those of the commits that are not stored as commits of the default branch. */
export async function findMissingCommits(
  db: Db,
  { repositoryId, shas }: FindMissingCommits,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ sha: string }[]>`
    SELECT n.sha
    FROM unnest(${[...shas]}::text[]) AS n(sha)
    WHERE NOT EXISTS (
      SELECT 1 FROM commits c
      WHERE c.repository_id = ${repositoryId}::uuid AND c.sha = n.sha AND c.on_default_branch)`
  return rows.map(({ sha }) => sha)
}
