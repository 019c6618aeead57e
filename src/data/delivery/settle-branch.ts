import { broughtBy, pullRequestNamed } from '../../domain/delivery/brought-by.js'
import { CommitGraph } from '../../domain/delivery/commit-graph.js'
import type { Db } from '../../engine/client.js'
import { settleClone } from './store-clone.js'

interface StoredCommit {
  sha: string
  parents: string[] | null
  subject: string | null
}

/** After the commits of the default branch were read down to what was stored: what a clone settles, from the stored graph. */
export async function settleBranch(
  tx: Db,
  { repositoryId, head }: { repositoryId: string; head: string },
): Promise<void> {
  const rows = await tx.$queryRaw<StoredCommit[]>`
    SELECT sha, parents, subject FROM commits WHERE repository_id = ${repositoryId}::uuid`
  const bySha = new Map(rows.map((row) => [row.sha, row]))
  const reached = new Map<string, StoredCommit & { parents: string[] }>()
  let isWhole = true
  const waiting = [head]
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (reached.has(sha)) continue
    const commit = bySha.get(sha)
    if (!commit?.parents) {
      isWhole = false
      continue
    }
    reached.set(sha, { ...commit, parents: commit.parents })
    waiting.push(...commit.parents)
  }
  const graph = new CommitGraph()
  for (const { sha, parents } of reached.values()) graph.add(sha, parents)
  const brought = broughtBy(graph, head)
  const commits = [...reached.values()].map(({ sha, subject }) => ({
    sha,
    number: subject === null ? null : pullRequestNamed(subject),
    broughtBy: brought(sha),
  }))
  await settleClone(tx, { repositoryId, commits, isWhole })
}
