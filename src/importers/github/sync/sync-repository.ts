import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../data/audit/audit.js'
import type { Erasures } from '../../../data/delivery/erasures.js'
import { linkAllMentions } from '../../../data/delivery/link-mentions.js'
import { settleBranch } from '../../../data/delivery/settle-branch.js'
import { lockDelivery, storeReports } from '../../../data/delivery/store-facts.js'
import type { Storing } from '../../../data/delivery/store-rows.js'
import {
  lockSynced,
  markSynced,
  noteSync,
  storePartState,
  type SyncedRepository,
} from '../../../data/delivery/sync-state.js'
import type { Reports } from '../../../domain/delivery/reports.js'
import type { Db } from '../../../engine/client.js'
import type { Database } from '../../../engine/database.js'
import type { DeliverySync } from '../../../shapes/repository-import.js'
import { momentAt, textAt, type Payload } from '../../delivery/payload.js'
import { whileRunning } from '../../running-import.js'
import type { Github } from '../client.js'
import { commitsPart, type BranchState } from './default-branch.js'
import { beginningOf, depthOf, depthPart, type Depth } from './depth.js'
import { deploymentsPart, releasesPart, runsPart, tagsPart } from './deployments.js'
import { draftsPart } from './drafts.js'
import { commentsPart, diffCommentsPart, issuesPart } from './issues.js'
import { PageReports } from './page-reports.js'
import type { Page, Part, Reading } from './part.js'
import { pullsPart } from './pulls.js'
import { beginSync, endFailedSync, endSync, noFacts, totalOf, type SyncCounts } from './sync-log.js'

/** Deployments come last, when what they ship is stored. */
const parts: readonly Part[] = [
  ...[pullsPart, draftsPart, issuesPart, commentsPart, diffCommentsPart],
  ...[commitsPart, tagsPart, releasesPart, deploymentsPart, runsPart],
]

export interface SyncRepository {
  github: Github
  /** `owner/name`; a former one is followed to the present one. */
  name: string
  actor: Actor
  dryRun: boolean
  /** How far back; null: the first sync reads the whole history. */
  since: Date | null
  /** Accounts that are not stored. */
  erased: Erasures | null
  onFacts?: ((facts: number) => void) | undefined
}

/**
 * Stores what changed in a repository since its last sync. Each page commits together with the place at which the next
 * sync continues, so that one that was killed is resumed.
 */
export async function syncRepository(database: Database, sync: SyncRepository): Promise<DeliverySync> {
  const { github, actor, dryRun, erased } = sync
  const { data } = await github.get<Payload>(`GET /repos/${sync.name}`)
  const found = data ?? {}
  const importId = randomUUID()
  const name = textAt(found, 'full_name') ?? sync.name
  const begin = (tx: Db) => beginSync(tx, { importId, repository: name, now: actor.now })
  const run = new Run(database, { importId, dryRun, now: actor.now, erased, begin })
  if (!dryRun) await run.write(begin)
  const work = () => syncParts(run, { ...sync, importId, name, found })
  return dryRun ? work() : whileRunning(database, importId, work)
}

interface SyncParts extends SyncRepository {
  importId: string
  /** As the host calls it. */
  name: string
  /** The answer of the host's API for the repository. */
  found: Payload
}

async function syncParts(run: Run, sync: SyncParts): Promise<DeliverySync> {
  const { actor, dryRun, importId, name, found } = sync
  const repository = await run.write(async (tx) => {
    const page = new PageReports(found)
    const { repositories } = await run.store(tx, page.reports)
    const stored = await lockSynced(tx, repositories.get(page.repository)?.id ?? '')
    await noteSync(tx, { importId, repository: stored })
    const { from } = depthOf(stored.state, sync.since)
    if (from !== null) await storePartState(tx, { id: stored.id, part: depthPart, state: { from } })
    return stored
  })
  const depth = depthOf(repository.state, sync.since)
  const reading = {
    deployPattern: repository.deployPattern,
    commitsFrom: laterOf(repository.prunedBefore, depth.from),
    commitsAgain: depth.again,
    github: sync.github,
    database: run.database,
    name,
    found,
    repositoryId: repository.id,
    now: actor.now,
  }
  const counts = noFacts()
  try {
    for (const part of parts) await syncPart(run, { part, reading, repository, depth, counts, ...sync })
    await run.write(async (tx) => {
      const from = laterOf(momentAt(found, 'created_at') ?? null, depth.from) ?? new Date(0)
      await linkAllMentions(tx, repository.id)
      await markSynced(tx, { id: repository.id, from, through: actor.now })
      await endSync(tx, { importId, actor, counts, repositoryId: repository.id })
    })
  } catch (error) {
    // If this cannot be stored either, the log shows the sync as interrupted.
    await run.write((tx) => endFailedSync(tx, { importId, counts, error })).catch(() => {})
    throw error
  }
  return { importId: dryRun ? null : importId, isResumed: isResumed(repository), ...counts }
}

function laterOf(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a
}

function isResumed({ state }: SyncedRepository): boolean {
  return Object.values(state).some((part) => 'pass' in part)
}

interface RunOptions extends Storing {
  dryRun: boolean
  /** Stores the row of the import, to which facts refer. */
  begin(tx: Db): Promise<void>
}

/** The writes of one sync; a dry run rolls each of them back, with the row of the import. */
class Run {
  readonly database: Database
  readonly #options: RunOptions

  constructor(database: Database, options: RunOptions) {
    this.database = database
    this.#options = options
  }

  write<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    const { dryRun, begin } = this.#options
    if (!dryRun) return this.database.write(work)
    const begun = async (tx: Db) => {
      await begin(tx)
      return work(tx)
    }
    return this.database.write(begun, { dryRun })
  }

  async store(tx: Db, reports: Reports) {
    await lockDelivery(tx)
    return storeReports(tx, reports, this.#options)
  }
}

interface SyncPart extends SyncRepository {
  part: Part
  reading: Reading
  repository: SyncedRepository
  depth: Depth
  counts: SyncCounts
}

async function syncPart(
  run: Run,
  { part, reading, repository, depth, counts, onFacts }: SyncPart,
): Promise<void> {
  const { isReadWhole = false } = part
  const begun = beginningOf(repository.state[part.name], { depth, isReadWhole })
  for await (const page of part.pages(reading, begun)) {
    const reported = new PageReports(reading.found)
    page.report(reported)
    await run.write(async (tx) => {
      await run.store(tx, reported.reports)
      await storePartState(tx, { id: repository.id, part: part.name, state: page.state })
      await settle(tx, part, { page, repositoryId: repository.id })
    })
    count(counts, part, reported.reports)
    onFacts?.(totalOf(counts))
  }
}

/** When the commits of the default branch are complete, the pull requests that brought them follow. */
async function settle(
  tx: Db,
  part: Part,
  { page, repositoryId }: { page: Page; repositoryId: string },
): Promise<void> {
  const { head, pass }: BranchState = page.state
  if (part === commitsPart && pass === undefined && head !== undefined)
    await settleBranch(tx, { repositoryId, head })
}

function count(counts: SyncCounts, part: Part, reports: Reports): void {
  const responses = [...reports.responses.values()]
  const reviews = responses.filter(({ kind }) => kind === 'review').length
  if (part === pullsPart) counts.pullRequests += reports.pullRequests.size
  if (part === issuesPart) counts.issues += reports.issues.size
  counts.reviews += reviews
  counts.comments += responses.length - reviews
  counts.commits += reports.commits.size
  counts.deployments += reports.deployments.size
}
