import type { Database } from '../../engine/database.js'
import { findUnresolvedIssues } from '../../data/imports/gone-bugs.js'
import { findRemembered } from '../../data/imports/github-imports.js'
import { parseStart, parseWindow } from '../../domain/time.js'
import type { GithubRepository } from '../../importers/github/api.js'
import {
  importRepository as load,
  logOf,
  repositoryUid,
  repositoryUrl,
} from '../../importers/github/import-repository.js'
import { readGone, type GoneIssue } from '../../importers/github/read-gone.js'
import {
  readRepository,
  type Remembered,
  type RepositoryRead,
} from '../../importers/github/read-repository.js'
import { logFailure } from '../../importers/load/logged-import.js'
import { CtoError } from '../../errors.js'
import type { GithubReport } from '../../shapes/repository-import.js'
import type { Context } from '../../context.js'
import { reportGone, reportRemarks } from './github-remarks.js'
import type { GithubOptions, Session } from './github-session.js'
import { nthImport } from '../nth-import.js'
import { syncDelivery } from '../sync-delivery.js'
import { failedReport } from './repository-report.js'
import { valuesOf } from './report.js'

interface One {
  session: Session
  /** Its name, or its entry in a list. */
  repository: GithubRepository | { full_name: string }
  options: GithubOptions
  /** If so, its failure fails the command. */
  isOnly: boolean
}

/** Reads and loads one repository. A failure is logged, and the others continue. */
export async function importRepository(ctx: Context, database: Database, one: One): Promise<GithubReport> {
  const { session, repository, isOnly } = one
  const name = repository.full_name
  try {
    const github = await session.githubFor(name)
    return await readAndLoad(ctx, database, { ...one, session: { ...session, github } })
  } catch (error) {
    if (!(error instanceof CtoError) || ctx.line.signal.aborted || isOnly) throw error
    ctx.out.notice(`${name}: ${error.message}${error.reason === undefined ? '' : `: ${error.reason}`}`)
    const { apiUrl, dryRun } = session.loading
    const detected = {
      repository: name,
      projectId: null,
      githubUrl: null,
      apiUrl,
      since: null,
      notModified: [],
    }
    return {
      ...failedReport(error, { dryRun }),
      renamed: 0,
      released: 0,
      closedMonths: [],
      gone: [],
      delivery: null,
      detected,
    }
  }
}

async function readAndLoad(ctx: Context, database: Database, one: One): Promise<GithubReport> {
  const { session, repository, options } = one
  const { loading } = session
  const startedMs = performance.now()
  const remembered = await rememberedFor(database, one)
  const since = sinceOf(ctx, options, remembered)
  const read = await readFrom(ctx, database, { ...one, remembered, since }).catch(async (error: unknown) => {
    await logFailure(database, logOf(repository.full_name, loading), error)
    throw error
  })
  const readMs = performance.now() - startedMs
  const loaded = await load(database, read, loading).finally(() => read.bugs.close())
  const { importId, projectId, githubUrl, counts, effects, gone } = loaded
  reportRemarks(ctx, read, effects, importId)
  reportGone(ctx, read, gone)
  const delivery = options.delivery
    ? await syncDelivery(ctx, database, {
        github: session.github,
        name: read.name,
        since: startOf(ctx, options),
        loading: { actor: nthImport(loading.actor, 1) },
      })
    : null
  return {
    importId,
    dryRun: loading.dryRun,
    detected: {
      repository: read.name,
      projectId,
      githubUrl,
      apiUrl: loading.apiUrl,
      since: read.since,
      notModified: read.notModified,
    },
    ...counts,
    renamed: effects.renamed,
    released: effects.released,
    closedMonths: effects.closedMonths,
    gone,
    delivery,
    values: valuesOf(read.tally),
    rejectsFile: null,
    timings: { readMs: Math.round(readMs), loadMs: Math.round(performance.now() - startedMs - readMs) },
    failure: null,
  }
}

async function readFrom(
  ctx: Context,
  database: Database,
  {
    session,
    repository,
    options,
    remembered,
    since,
  }: One & { remembered: Remembered | null; since: Date | null },
): Promise<RepositoryRead & { gone: GoneIssue[] }> {
  const { today } = session.loading
  const { from, to } = parseWindow(today, { now: ctx.now(), zone: ctx.line.zone })
  const progress = ctx.out.progress(`reading ${repository.full_name}`)
  const read = await readRepository(session.github, {
    name: repository.full_name,
    listed: 'html_url' in repository ? repository : undefined,
    remembered,
    issues: options.issues ? { since, labels: options.label ?? null, read: session.readIssue } : null,
    today: { from: from ?? ctx.now(), to: to ?? ctx.now() },
    onRecords: (count) => {
      progress.update({ count })
    },
  }).finally(() => {
    progress.end()
  })
  try {
    return { ...read, gone: options.full ? await goneFrom(database, session, read) : [] }
  } catch (error) {
    await read.bugs.close()
    throw error
  }
}

/** The stored issues of a repository that GitHub lists no longer. */
async function goneFrom(
  database: Database,
  { github, loading }: Session,
  read: RepositoryRead,
): Promise<GoneIssue[]> {
  const { name, listed } = read
  if (listed === null) return []
  const { externalSource } = loading
  const [githubUrl, externalUid] = [repositoryUrl(read), repositoryUid(read)]
  const stored = await database.read((db) =>
    findUnresolvedIssues(db, { externalSource, githubUrl, externalUid }),
  )
  return readGone(github, { name, stored, listed })
}

async function rememberedFor(
  database: Database,
  { session: { loading }, repository, options }: One,
): Promise<Remembered | null> {
  if (options.full) return null
  const { apiUrl, mapping } = loading
  const found = await database.read((db) =>
    findRemembered(db, { file: repository.full_name, apiUrl, mapping }),
  )
  return found as Remembered | null
}

function sinceOf(ctx: Context, options: GithubOptions, remembered: Remembered | null): Date | null {
  if (options.since === 'last') return remembered?.newestIssue ? new Date(remembered.newestIssue) : null
  return startOf(ctx, options)
}

/** Null for `last` too, where every sync begins anyway. */
function startOf(ctx: Context, { since }: GithubOptions): Date | null {
  if (since === undefined || since === 'last') return null
  return parseStart(since, { now: ctx.now(), zone: ctx.line.zone })
}
