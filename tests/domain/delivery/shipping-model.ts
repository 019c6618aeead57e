import type { RepositoryFacts } from '../../../src/domain/delivery/shipping.js'

/*
 * What ships what, written a second time from the definitions and without any thought of speed: sets of ancestors, compared
 * for every pair.
 */

interface ModelShipping {
  empty: Record<string, boolean>
  rolledBack: Record<string, string | null>
  pulls: Record<string, string>
  commits: Record<string, string>
}

/** For facts whose graph is complete and whose pull requests all have a merge commit. */
export function modelShipping({ commits, pulls, deployments }: RepositoryFacts): ModelShipping {
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents ?? []]))
  const ancestorsOrSelf = (sha: string): Set<string> =>
    new Set([sha, ...(parents.get(sha) ?? []).flatMap((parent) => [...ancestorsOrSelf(parent)])])
  const ordered = deployments.toSorted((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime())
  const result: ModelShipping = { empty: {}, rolledBack: {}, pulls: {}, commits: {} }
  for (const { id } of ordered) result.rolledBack[id] = null
  for (const deployment of ordered) {
    const earlier = ordered.filter(
      (each) =>
        each.finishedAt < deployment.finishedAt &&
        each.environment.toLowerCase() === deployment.environment.toLowerCase() &&
        each.service === deployment.service,
    )
    const own = ancestorsOrSelf(deployment.sha ?? '')
    const known = new Set(earlier.flatMap(({ sha }) => [...ancestorsOrSelf(sha ?? '')]))
    const fresh = earlier.length === 0 ? [] : [...own].filter((sha) => !known.has(sha))
    const shippedPulls = pulls.filter(({ mergeSha }) => fresh.includes(mergeSha ?? ''))
    const shippedCommits = commits.filter(
      ({ sha, pullRequestId, onDefaultBranch, parents: ofCommit }) =>
        fresh.includes(sha) &&
        pullRequestId === null &&
        onDefaultBranch &&
        (ofCommit ?? []).length < 2 &&
        !pulls.some(({ mergeSha }) => mergeSha === sha),
    )
    result.empty[deployment.id] = shippedPulls.length + shippedCommits.length === 0
    if (deployment.isProduction) {
      for (const { id } of shippedPulls) result.pulls[id] ??= deployment.id
      for (const { sha } of shippedCommits) result.commits[sha] ??= deployment.id
    }
    const before = earlier.at(-1)
    if (before === undefined || before.sha === deployment.sha) continue
    if (!ancestorsOrSelf(before.sha ?? '').has(deployment.sha ?? '')) continue
    const last = earlier.findLastIndex(({ sha }) => own.has(sha ?? ''))
    for (const { id } of earlier.slice(last + 1)) result.rolledBack[id] ??= deployment.id
  }
  return result
}
