import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { importProjectDays } from '../../data/imports/import-project-days.js'
import { normaliseGithubUrl } from '../../domain/project.js'
import { CtoError } from '../../errors.js'
import { repositoryAt } from '../../domain/delivery/repository-url.js'
import { repositoryOfClone, settleClone } from '../../data/delivery/store-clone.js'
import type { Erasures } from '../../data/delivery/erasures.js'
import type { Storing } from '../../data/delivery/store-rows.js'
import { lockDelivery, storeCommits, type FactCounts } from '../../data/delivery/store-facts.js'
import type { Db } from '../../engine/client.js'
import { Effects } from '../load/effects.js'
import { oneAhead } from '../load/one-ahead.js'
import { dayImages } from '../load/load-metrics.js'
import { loadRepository } from '../load/load-repository.js'
import { loggedImport, type LoggedImport } from '../load/logged-import.js'
import type { CommitHistory } from './read-commits.js'
import type { History } from './read-history.js'
import type { Clone } from './read-repository.js'

export interface ImportClone {
  actor: Actor
  dryRun: boolean
  zone: string
  /** Its commits too. */
  commits?: CommitHistory | null | undefined
  /** Authors that must not be stored again. */
  erased?: Erasures | null | undefined
}

export interface ImportedClone {
  importId: string | null
  projectId: string
  githubUrl: string | null
  days: readonly { date: string; linesOfCode: number; techStack: string[] }[]
  counts: { created: number; updated: number; unchanged: number; skipped: number }
  /** The names of what this import created: the project, and the repository of the commits; null for what was there. */
  createdProject: string | null
  createdRepository: string | null
  /** What became of the commits of the default branch; null where they were not read. */
  commits: FactCounts | null
}

/** Stores the days of a history for its project, in one transaction. */
export async function importClone(
  database: Database,
  { clone, history }: { clone: Clone; history: History },
  options: ImportClone,
): Promise<ImportedClone> {
  const githubUrl = githubUrlOf(clone)
  const all = history.days.list(null)
  const days = history.days.list(history.unknownUntil)
  const { importId, result } = await loggedImport(database, logOf(clone, options), async (tx, importing) => {
    const effects = new Effects()
    const repository = {
      names: [clone.name],
      githubUrl,
      externalUid: null,
      values: projectValues(history, days.at(-1)),
    }
    const { projectId, name, outcome } = await loadRepository(
      { tx, importing, mode: 'upsert', effects },
      repository,
    )
    const stored = options.commits
      ? await storeHistory(tx, options.commits, {
          clone,
          projectId,
          language: days.at(-1)?.techStack[0] ?? null,
          importId: importing.importId,
          now: importing.actor.now,
          byCopy: importing.byCopy,
          erased: options.erased ?? null,
        })
      : null
    const commits = stored?.counts ?? null
    const { images, ...counts } = await importProjectDays(tx, { projectId, days }, importing)
    for (const { id, image } of images) effects.images.add(dayImages, id, image)
    const skipped = all.length - days.length
    const writtenCommits = commits === null ? 0 : commits.created + commits.updated
    return {
      result: {
        projectId,
        createdProject: outcome === 'created' ? name : null,
        createdRepository: stored?.createdRepository ?? null,
        commits,
        counts: { ...counts, skipped },
      },
      end: {
        recordsImported: counts.created + counts.updated + writtenCommits,
        recordsFailed: 0,
        errors: [],
        outcome: {
          counts: { records: all.length, ...counts, skipped, commits: writtenCommits },
          projectId,
          project: outcome,
          ...(commits !== null && { commits: totalOf(commits) }),
        },
      },
      action: 'import.git',
      audit: { type: 'projects', projectId, project: outcome, ...counts, ...effects.images.take() },
    }
  })
  return { importId, githubUrl, days, ...result }
}

interface StoreHistory extends Storing {
  clone: Clone
  projectId: string
  language: string | null
}

/** Stores the commits of a clone as facts of its repository. */
async function storeHistory(
  tx: Db,
  history: CommitHistory,
  { clone, projectId, language, ...storing }: StoreHistory,
): Promise<{ counts: FactCounts; createdRepository: string | null }> {
  await lockDelivery(tx)
  const place = placeOf(clone)
  const repository = await repositoryOfClone(
    tx,
    { ...place, defaultBranch: history.branch, language, projectId },
    storing,
  )
  const counts: FactCounts = { created: 0, updated: 0, unchanged: 0, skipped: 0 }
  for await (const reports of oneAhead(history.batches())) {
    const batch = await storeCommits(tx, reports, { ...storing, repository })
    counts.created += batch.created
    counts.updated += batch.updated
    counts.unchanged += batch.unchanged
    counts.skipped += batch.skipped
  }
  const commits = history.pulls()
  await settleClone(tx, { repositoryId: repository.id, commits, isWhole: !clone.shallow })
  return { counts, createdRepository: repository.isNew ? place.fullName : null }
}

/** The number of commits that were read. */
export function totalOf({ created, updated, unchanged, skipped }: FactCounts): number {
  return created + updated + unchanged + skipped
}

/** Where the repository of a clone is; one without a remote is known by its folder. */
export function placeOf({ remoteUrl, name }: Pick<Clone, 'remoteUrl' | 'name'>) {
  const place = remoteUrl === null ? null : repositoryAt(remoteUrl)
  if (place === null) return { host: 'local', fullName: `local/${name}`, url: null }
  return { ...place, url: `https://${place.host}/${place.fullName}` }
}

/** How the log describes the import of a clone. */
export function logOf(
  { name, head }: Pick<Clone, 'name' | 'head'>,
  { actor, dryRun, zone }: ImportClone,
): LoggedImport {
  const origin = {
    type: 'projects',
    file: name,
    externalSource: 'git',
    preset: 'git',
    hash: head ?? '',
    mapping: { zone },
  }
  return { source: 'git', origin, actor, dryRun }
}

/** Null if there is no remote, or one that is not on GitHub. */
function githubUrlOf({ remoteUrl }: Clone): string | null {
  try {
    return remoteUrl === null ? null : normaliseGithubUrl(remoteUrl)
  } catch (error) {
    if (error instanceof CtoError) return null
    throw error
  }
}

/** Keeps a newer stored date, since a clone may be old, and a stored language. */
function projectValues({ lastCommit }: History, newest: { techStack: string[] } | undefined) {
  return (known: { language: string | null; lastCommit: Date | null } | null) => ({
    language: known?.language ?? newest?.techStack[0] ?? null,
    lastCommit:
      known?.lastCommit && (!lastCommit || known.lastCommit > lastCommit) ? known.lastCommit : lastCommit,
  })
}
