import type { CommitGraph } from './commit-graph.js'

/**
 * Finds for each commit of a branch the commit of its first-parent line that brought it: itself, or the merge through which
 * it came.
 */
export function broughtBy(graph: CommitGraph, head: string): (sha: string) => string {
  const line: number[] = []
  for (let place = graph.placeOf(head); place !== null; place = graph.parentsAt(place).first) line.push(place)
  /** By place, the place of the commit that brought it. */
  const brought = new Int32Array(graph.size).fill(nothing)
  for (const place of line) brought[place] = place
  // From the oldest on, so that a commit belongs to the first merge that reaches it.
  for (const merge of line.reverse()) {
    const waiting = [...graph.parentsAt(merge).others]
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (brought[place] !== nothing) continue
      brought[place] = merge
      const { first, others } = graph.parentsAt(place)
      waiting.push(...(first === null ? others : [first, ...others]))
    }
  }
  return (sha) => {
    const merge = brought[graph.placeOf(sha) ?? nothing] ?? nothing
    return merge === nothing ? sha : graph.shaAt(merge)
  }
}

const nothing = -1

/** The number of the pull request that a commit on the branch names: `… (#12)`, `Merge pull request #12 from …`. */
export function pullRequestNamed(subject: string): number | null {
  const found = /\(#(\d{1,9})\)$/.exec(subject) ?? /^Merge pull request #(\d{1,9}) from /.exec(subject)
  return found ? Number(found[1]) : null
}
