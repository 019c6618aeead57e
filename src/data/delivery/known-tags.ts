import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { hiddenTagSql } from './hidden-tag.js'

interface FindKnownTags {
  repositoryId: string
  tags: readonly { name: string; sha: string }[]
}

/** The names of tags that are stored with their commits, and when commits of tags were committed, by sha. */
export async function findKnownTags(
  db: Db,
  { repositoryId, tags }: FindKnownTags,
): Promise<{ stored: Set<string>; committedAt: Map<string, Date> }> {
  const names = tags.map(({ name }) => name)
  const shas = tags.map(({ sha }) => sha)
  const stored = await db.$queryRaw<{ name: string }[]>`
    SELECT n.name
    FROM unnest(${names}::text[], ${shas}::text[]) AS n(name, sha)
    JOIN deployments d ON d.repository_id = ${repositoryId}::uuid AND d.source = 'tag' AND d.sha = n.sha
      AND d.external_id = ANY(ARRAY[n.name, ${hiddenTagSql(Prisma.sql`${repositoryId}::uuid`, Prisma.sql`n.name`)}])`
  const commits = await db.$queryRaw<{ sha: string; committedAt: Date }[]>`
    SELECT c.sha, c.committed_at AS "committedAt"
    FROM commits c
    WHERE c.repository_id = ${repositoryId}::uuid AND c.sha = ANY(${shas}::text[]) AND c.committed_at IS NOT NULL`
  return {
    stored: new Set(stored.map(({ name }) => name)),
    committedAt: new Map(commits.map(({ sha, committedAt }) => [sha, committedAt])),
  }
}
