import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import type { MergeRules } from '../../data/imports/local-edits.js'
import { findLatestDay, importProjectDays } from '../../data/imports/import-project-days.js'
import type { Importing } from '../../data/imports/importing.js'
import { findChangedMonths } from '../../data/imports/closed-months.js'
import { hasTrackedBugs } from '../../data/imports/import-bugs.js'
import type { ImportedProject } from '../../data/imports/import-projects.js'
import type { Db } from '../../engine/client.js'
import { bugKind } from '../load/load-bugs.js'
import { dayImages } from '../load/load-metrics.js'
import { add, loadBatches, nothingWritten, type Loader } from '../load/load-batch.js'
import { batchSize } from '../load/batch-size.js'
import { Effects } from '../load/effects.js'
import { KnownNames } from '../load/known-names.js'
import type { Loading } from '../load/loading.js'
import type { ImportCounts } from '../load/tally.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import { loadRepository, type Repository } from '../load/load-repository.js'
import { loggedImport, type LoggedImport } from '../load/logged-import.js'
import type { GonePolicy } from '../../domain/gone-policy.js'
import type { SlaStart } from '../../domain/sla.js'
import type { GoneBug } from '../../shapes/repository-import.js'
import type { GithubRepository } from './api.js'
import type { IssueRead } from './bug-spool.js'
import type { GoneIssue } from './read-gone.js'
import { issueFields } from './read-issue.js'
import type { RepositoryRead } from './read-repository.js'
import { settleGone } from './settle-gone.js'

export interface ImportRepository {
  actor: Actor
  dryRun: boolean
  apiUrl: string
  externalSource: string
  /** The user's flags, for the log and for the next import. */
  mapping: object
  merge: MergeRules
  /** The policy for bugs whose issue was deleted. */
  gonePolicy: GonePolicy
  /** When the SLA clocks of new open bugs start; default: when they were created. */
  slaFrom?: SlaStart | undefined
  /** As `2026-01-31`. */
  today: string
}

export interface ImportedRepository {
  importId: string | null
  projectId: string
  githubUrl: string
  counts: ImportCounts
  effects: Effects
  gone: GoneBug[]
}

/** Updates a repository, its day and its issues, in one transaction. */
export async function importRepository(
  database: Database,
  { gone: goneIssues, ...read }: RepositoryRead & { gone: readonly GoneIssue[] },
  options: ImportRepository,
): Promise<ImportedRepository> {
  const effects = new Effects()
  const githubUrl = repositoryUrl(read)
  read.tally.records += 1
  const work = async (tx: Db, importing: Importing) => {
    const project = await loadRepository(
      { tx, importing, mode: 'upsert', effects },
      repositoryOf(read, githubUrl),
    )
    const { projectId, outcome } = project
    const { images } = await importProjectDays(
      tx,
      { projectId, days: [await dayOf(tx, read, { ...options, projectId })] },
      importing,
    )
    for (const { id, image } of images) effects.images.add(dayImages, id, image)
    const written = { ...nothingWritten, [outcome]: 1 }
    const bugs = await loadIssues(tx, read, {
      ...options,
      projectId,
      importing,
      effects,
      size: batchSize(database.capabilities),
    })
    const gone = await settleGone(
      { ...options, tx, importing, mode: 'upsert', effects, policy: options.gonePolicy },
      goneIssues,
    )
    effects.closedMonths = await findChangedMonths(tx, importing, effects.redatedSince)
    const counts = read.tally.settle(add(written, bugs), read.tally.records)
    const { peopleCreated, overwrittenFields, overwritten, keptFields, kept, renamed, released } = effects
    return {
      result: { projectId, counts, gone },
      end: {
        recordsImported: counts.created + counts.updated,
        recordsFailed: counts.rejected,
        errors: read.tally.problems.firstErrors,
        outcome: {
          counts: { ...counts },
          values: read.tally.values,
          projectId,
          project: outcome,
          apiUrl: options.apiUrl,
          notModified: read.notModified,
          remembered: read.remembered,
          peopleCreated,
          overwrittenFields,
          overwritten,
          keptFields,
          kept,
          renamed,
          released,
          gone,
        },
      },
      action: 'import.github',
      audit: {
        type: 'bugs',
        externalSource: options.externalSource,
        projectId,
        project: outcome,
        ...counts,
        ...effects.images.take(),
      },
    }
  }
  const { importId, result } = await loggedImport(database, logOf(read.name, options), work)
  return { importId, githubUrl, effects, ...result }
}

/** How the log describes the import of a repository. */
export function logOf(
  name: string,
  {
    externalSource,
    mapping,
    actor,
    dryRun,
    slaFrom,
  }: Omit<ImportRepository, 'merge' | 'today' | 'apiUrl' | 'gonePolicy'>,
): LoggedImport {
  const origin = {
    ...{ type: 'bugs', file: name, externalSource, preset: 'github', hash: '', mapping },
    ...(slaFrom !== undefined && { slaFrom }),
  }
  return { source: 'github', origin, actor, dryRun }
}

/** In the form that projects store. GitHub Enterprise has other hosts. */
export function repositoryUrl({ remembered: { htmlUrl } }: RepositoryRead): string {
  return githubUrlOrNull(htmlUrl) ?? htmlUrl.toLowerCase().replace(/(?:\.git)?(?<!\/)\/*$/, '')
}

/** Ids are unique to a host. */
export function repositoryUid({ remembered: { htmlUrl, id } }: RepositoryRead): string | null {
  return id === null ? null : `${new URL(htmlUrl).host}:${id}`
}

function repositoryOf(read: RepositoryRead, githubUrl: string): Repository {
  const { repository, name } = read
  const short = repository?.name ?? name.slice(name.indexOf('/') + 1)
  return {
    names: [short, name],
    githubUrl,
    externalUid: repositoryUid(read),
    values: (known) => {
      if (repository === null) return {}
      const { status, ...values } = projectOf(repository)
      // Only an archived repository determines the status of its project.
      return status === 'active' && known ? values : { ...values, status }
    },
  }
}

function projectOf(repository: GithubRepository): Partial<ImportedProject> & Pick<ImportedProject, 'status'> {
  const { description, homepage, language, topics, stargazers_count, forks_count, pushed_at, archived } =
    repository
  return {
    description: description?.trim() ? description : null,
    demoUrl: homepage?.trim() ? homepage : null,
    language: language ?? null,
    tags: topics ?? [],
    stars: stargazers_count ?? null,
    forks: forks_count ?? null,
    lastCommit: pushed_at ? new Date(pushed_at) : null,
    status: archived === true ? 'deferred' : 'active',
  }
}

/** GitHub does not count lines, so those of the last import from a clone are kept. */
async function dayOf(
  tx: Db,
  { commitsCount, contributors, languages }: RepositoryRead,
  { projectId, today }: { projectId: string; today: string },
) {
  const latest = await findLatestDay(tx, { projectId, until: today })
  return {
    date: today,
    commitsCount,
    contributors,
    linesOfCode: latest?.linesOfCode ?? 0,
    techStack: languages ?? latest?.techStack ?? [],
  }
}

type LoadIssues = ImportRepository & {
  projectId: string
  importing: Importing
  effects: Effects
  size: number
}

async function loadIssues(
  tx: Db,
  { bugs, tally }: RepositoryRead,
  { externalSource, merge, projectId, importing, effects, size }: LoadIssues,
) {
  const loading: Loading = {
    tx,
    importing,
    externalSource,
    isNewSource: !(await hasTrackedBugs(tx, externalSource)),
    present: issueFields,
    createUnknown: false,
    known: new KnownNames(),
    mode: 'upsert',
    merge,
    projectId,
    effects,
  }
  const loader: Loader<IssueRead> = {
    kind: bugKind,
    refuse: ({ number, remarks }, problem) => {
      tally.take(remarks, -1)
      tally.rejected += 1
      tally.problems.add(number, problem)
    },
  }
  return loadBatches(loader, loading, bugs.batches(size))
}
