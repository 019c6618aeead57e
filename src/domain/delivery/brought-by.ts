import type { CommitGraph } from './commit-graph.js'

/**
 * Finds for each commit of a branch the commit of its first-parent line that brought it: itself, or the merge through which
 * it came.
 */
export function broughtBy(graph: CommitGraph, head: string): (sha: string) => string {
  const line: number[] = []
  for (let place = graph.placeOf(head); place !== null; place = graph.parentsAt(place).first) line.push(place)
  const brought = new Map(line.map((place) => [place, place]))
  // From the oldest on, so that a commit belongs to the first merge that reaches it.
  for (const merge of line.reverse()) {
    const waiting = [...graph.parentsAt(merge).others]
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (brought.has(place)) continue
      brought.set(place, merge)
      const { first, others } = graph.parentsAt(place)
      waiting.push(...(first === null ? others : [first, ...others]))
    }
  }
  return (sha) => {
    const merge = brought.get(graph.placeOf(sha) ?? -1)
    return merge === undefined ? sha : graph.shaAt(merge)
  }
}

/** The number of the pull request that a commit on the branch names: `… (#12)`, `Merge pull request #12 from …`. */
export function pullRequestNamed(subject: string): number | null {
  const found = /\(#(\d{1,9})\)$/.exec(subject) ?? /^Merge pull request #(\d{1,9}) from /.exec(subject)
  return found ? Number(found[1]) : null
}
