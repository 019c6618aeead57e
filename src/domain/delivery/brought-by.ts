/** A commit, as far as the graph of a branch needs it. */
export interface GraphCommit {
  sha: string
  parents: readonly string[]
}

/**
 * By the sha of each commit of a branch, the commit of its first-parent line that brought it: itself, or the merge through
 * which it came.
 */
export function broughtBy(commits: readonly GraphCommit[], head: string): Map<string, string> {
  const parentsOf = new Map(commits.map(({ sha, parents }) => [sha, parents]))
  const line: string[] = []
  for (
    let sha: string | undefined = head;
    sha !== undefined && parentsOf.has(sha);
    sha = parentsOf.get(sha)?.[0]
  )
    line.push(sha)
  const brought = new Map<string, string>(line.map((sha) => [sha, sha]))
  // From the oldest on, so that a commit belongs to the first merge that reaches it.
  for (const merge of line.reverse()) {
    const waiting = [...(parentsOf.get(merge)?.slice(1) ?? [])]
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      const parents = parentsOf.get(sha)
      if (parents === undefined || brought.has(sha)) continue
      brought.set(sha, merge)
      waiting.push(...parents)
    }
  }
  return brought
}

/** The number of the pull request that a commit on the branch names: `… (#12)`, `Merge pull request #12 from …`. */
export function pullRequestNamed(subject: string): number | null {
  const found = /\(#(\d{1,9})\)$/.exec(subject) ?? /^Merge pull request #(\d{1,9}) from /.exec(subject)
  return found ? Number(found[1]) : null
}
