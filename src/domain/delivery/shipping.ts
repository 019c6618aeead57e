/*
 * What each successful deployment of one repository shipped for the first time, and which ones a rollback took back. The
 * result depends on the facts alone, so that it is the same in whatever order sources report them.
 */

export interface CommitFact {
  sha: string
  /** Null where no source gave them: what the commit reaches is unknown. */
  parents: readonly string[] | null
  committedAt: Date | null
  onDefaultBranch: boolean
  /** The id of the pull request to which it belongs. */
  pullRequestId: string | null
}

export interface MergedPull {
  id: string
  /** The commit that the merge made; null if unknown. */
  mergeSha: string | null
  mergedAt: Date
  /** Its base is the default branch, or either is unknown. */
  intoDefault: boolean
}

/** A successful deployment of the source that counts. */
export interface DeploymentFact {
  id: string
  /** The key of its source, which orders deployments that finished at the same moment. */
  externalId: string
  environment: string
  service: string | null
  isProduction: boolean
  sha: string | null
  finishedAt: Date
}

export interface RepositoryFacts {
  commits: readonly CommitFact[]
  pulls: readonly MergedPull[]
  deployments: readonly DeploymentFact[]
  /** Old commits were pruned: one that is missing is no gap. */
  isPruned?: boolean | undefined
}

/** exact: by the commit graph; inferred: by the time of the merge; unknown: nothing earlier to compare with. */
export type Link = 'exact' | 'inferred' | 'unknown'

export interface DeploymentLink {
  previousId: string | null
  /** The first rollback that took it back. */
  rolledBackById: string | null
  isEmpty: boolean
  link: Link
}

export interface Shipping {
  /** By the id of the deployment. */
  deployments: ReadonlyMap<string, DeploymentLink>
  /** By the id of the pull request: the id of the first production deployment that shipped it. */
  pulls: ReadonlyMap<string, string>
  /** By sha, of commits that are changes of their own. */
  commits: ReadonlyMap<string, string>
}

/** Changes by the pull request or the commit, as one deployment ships them. */
interface Cargo {
  pulls: string[]
  commits: string[]
}

/**
 * A deployment ships what its sha reaches and no earlier one of its repository, environment and service; where the graph is
 * incomplete, what was merged between both. The first known one ships nothing. A change counts for the first production
 * deployment that ships it.
 */
export function shippingOf(facts: RepositoryFacts): Shipping {
  const history = new History(facts)
  const links = new Map<string, DeploymentLink>()
  const cargoes = new Map<string, Cargo>()
  for (const chain of chainsOf(facts.deployments)) loadChain(chain, { history, links, cargoes })
  const pulls = new Map<string, string>()
  const commits = new Map<string, string>()
  for (const { id } of facts.deployments.filter(({ isProduction }) => isProduction).toSorted(byTime)) {
    const cargo = cargoes.get(id)
    for (const pull of cargo?.pulls ?? []) if (!pulls.has(pull)) pulls.set(pull, id)
    for (const sha of cargo?.commits ?? []) if (!commits.has(sha)) commits.set(sha, id)
  }
  return { deployments: links, pulls, commits }
}

interface Loading {
  history: History
  links: Map<string, DeploymentLink>
  cargoes: Map<string, Cargo>
}

function loadChain(chain: readonly DeploymentFact[], { history, links, cargoes }: Loading): void {
  const reached = new Set<string>()
  const shipped = new Set<string>()
  chain.forEach((deployment, index) => {
    const previous = chain[index - 1]
    const { sha } = deployment
    const isOld = sha !== null && reached.has(sha)
    const walk = history.walk(sha, reached)
    const isKnown = walk.isComplete && history.has(sha) && history.has(previous?.sha ?? null)
    const isSame = previous !== undefined && sha !== null && sha === previous.sha
    const link: Link = previous === undefined ? 'unknown' : isKnown || isSame ? 'exact' : 'inferred'
    const cargo =
      previous === undefined || isSame
        ? { pulls: [], commits: [] }
        : isKnown
          ? history.changesAmong(walk.commits)
          : history.changesBetween(previous.finishedAt, deployment.finishedAt)
    const isNew = (change: string) => !shipped.has(change)
    const fresh = { pulls: cargo.pulls.filter(isNew), commits: cargo.commits.filter(isNew) }
    for (const change of [...fresh.pulls, ...fresh.commits]) shipped.add(change)
    cargoes.set(deployment.id, fresh)
    links.set(deployment.id, {
      previousId: previous?.id ?? null,
      rolledBackById: null,
      isEmpty: fresh.pulls.length + fresh.commits.length === 0,
      link,
    })
    for (const failed of isOld ? takenBack(chain, index, history) : []) {
      const found = links.get(failed.id)
      if (found?.rolledBackById === null) found.rolledBackById = deployment.id
    }
  })
}

/**
 * The deployments that the one at `index` rolls back: it is a rollback if its sha is a proper ancestor of the sha before it,
 * and takes back all since the last one whose sha it reaches or equals.
 */
function takenBack(
  chain: readonly DeploymentFact[],
  index: number,
  history: History,
): readonly DeploymentFact[] {
  const [sha, before] = [chain[index]?.sha, chain[index - 1]?.sha]
  if (!sha || !before || sha === before || !history.ancestors(before).has(sha)) return []
  const own = history.ancestors(sha)
  const last = chain.findLastIndex((each, at) => at < index && each.sha !== null && own.has(each.sha))
  return chain.slice(last + 1, index)
}

/** The deployments of each environment and service, the earliest first. */
function chainsOf(deployments: readonly DeploymentFact[]): DeploymentFact[][] {
  const chains = new Map<string, DeploymentFact[]>()
  for (const deployment of deployments.toSorted(byTime)) {
    const key = JSON.stringify([deployment.environment.toLowerCase(), deployment.service])
    const chain = chains.get(key)
    if (chain) chain.push(deployment)
    else chains.set(key, [deployment])
  }
  return [...chains.values()]
}

/** Ids are drawn at random, so that the source's own key decides between equal moments. */
function byTime(a: DeploymentFact, b: DeploymentFact): number {
  return a.finishedAt.getTime() - b.finishedAt.getTime() || (a.externalId < b.externalId ? -1 : 1)
}

/** The commits and merged pull requests of a repository. */
class History {
  readonly #commits: ReadonlyMap<string, CommitFact>
  readonly #pulls: readonly MergedPull[]
  /** By the sha that stands for it on the base branch. */
  readonly #pullsBySha: ReadonlyMap<string, string>
  /** Those whose merge commit is unknown: any of their commits on the default branch stands for them. */
  readonly #withoutSha: ReadonlySet<string>

  readonly #isPruned: boolean

  constructor({ commits, pulls, isPruned = false }: RepositoryFacts) {
    this.#isPruned = isPruned
    this.#commits = new Map(commits.map((commit) => [commit.sha, commit]))
    this.#pulls = pulls
    this.#pullsBySha = new Map(
      pulls.flatMap(({ id, mergeSha }) => (mergeSha === null ? [] : [[mergeSha, id] as const])),
    )
    this.#withoutSha = new Set(pulls.flatMap(({ id, mergeSha }) => (mergeSha === null ? [id] : [])))
  }

  has(sha: string | null): boolean {
    return sha !== null && (this.#commits.get(sha)?.parents ?? null) !== null
  }

  /** The commits that `sha` reaches and that are not in `reached`, which gains them. Incomplete where the graph has gaps. */
  walk(sha: string | null, reached: Set<string>): { commits: CommitFact[]; isComplete: boolean } {
    const commits: CommitFact[] = []
    let isComplete = sha !== null
    const waiting = sha === null ? [] : [sha]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue
      reached.add(next)
      const commit = this.#commits.get(next)
      if (commit === undefined) {
        isComplete &&= this.#isPruned
        continue
      }
      if (commit.parents === null) isComplete = false
      commits.push(commit)
      waiting.push(...(commit.parents ?? []))
    }
    return { commits, isComplete }
  }

  ancestors(sha: string): ReadonlySet<string> {
    const reached = new Set<string>()
    this.walk(sha, reached)
    return reached
  }

  changesAmong(commits: readonly CommitFact[]): Cargo {
    const pulls = new Set<string>()
    const own: string[] = []
    for (const commit of commits) {
      const merged = this.#pullsBySha.get(commit.sha)
      if (merged !== undefined) pulls.add(merged)
      else if (commit.pullRequestId !== null) {
        if (commit.onDefaultBranch && this.#withoutSha.has(commit.pullRequestId))
          pulls.add(commit.pullRequestId)
      } else if (isOwnChange(commit)) own.push(commit.sha)
    }
    return { pulls: [...pulls], commits: own }
  }

  /** Merged after the first moment, up to the second. */
  changesBetween(after: Date, until: Date): Cargo {
    const isBetween = (at: Date | null) => at !== null && at > after && at <= until
    const pulls = this.#pulls.filter(({ mergedAt, intoDefault }) => intoDefault && isBetween(mergedAt))
    const commits = [...this.#commits.values()].filter(
      (commit) =>
        isBetween(commit.committedAt) &&
        commit.pullRequestId === null &&
        !this.#pullsBySha.has(commit.sha) &&
        isOwnChange(commit),
    )
    return { pulls: pulls.map(({ id }) => id), commits: commits.map(({ sha }) => sha) }
  }
}

/** On the default branch and no merge. */
function isOwnChange({ onDefaultBranch, parents }: CommitFact): boolean {
  return onDefaultBranch && (parents?.length ?? 1) <= 1
}
