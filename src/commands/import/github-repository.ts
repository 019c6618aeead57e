import path from 'node:path'
import type { Database } from '../../engine/database.js'
import { findUnresolvedIssues } from '../../data/imports/gone-bugs.js'
import { findRemembered } from '../../data/imports/github-imports.js'
import { dayReader } from '../../domain/day.js'
import { parseStart, parseWindow } from '../../domain/time.js'
import { personFinder } from '../../importers/load/person-finder.js'
import { readAnswers } from '../../importers/validate/answers.js'
import { parseMappingFlags } from '../../importers/map/mapping-flags.js'
import { openSource } from '../../importers/csv/source.js'
import { readPeopleFile } from '../../importers/file/people-file.js'
import type { KnownPerson } from '../../importers/validate/people.js'
import type { GithubRepository } from '../../importers/github/api.js'
import { openGithub } from '../../importers/github/client.js'
import {
  importRepository as load,
  logOf,
  repositoryUid,
  repositoryUrl,
  type ImportRepository,
} from '../../importers/github/import-repository.js'
import { listRepositories } from '../../importers/github/list-repositories.js'
import { readGone, type GoneIssue } from '../../importers/github/read-gone.js'
import { issueReader } from '../../importers/github/read-issue.js'
import {
  readRepository,
  type Remembered,
  type RepositoryRead,
} from '../../importers/github/read-repository.js'
import type { Effects } from '../../importers/load/effects.js'
import { logFailure } from '../../importers/load/logged-import.js'
import { CtoError, UsageError } from '../../errors.js'
import type { GonePolicy } from '../../domain/gone-policy.js'
import type { SlaStart } from '../../domain/sla.js'
import type { GithubReport, GoneBug } from '../../shapes/repository-import.js'
import type { Context } from '../../context.js'
import { failedReport } from './repository-report.js'
import {
  closedMonthsRemark,
  closedMonthsText,
  releasedRemark,
  renamedRemark,
  unknownLabels,
  unknownLabelsRemark,
  valuesOf,
} from './report.js'

export interface GithubOptions {
  issues?: true
  label?: string[]
  since?: string
  map?: string[]
  people?: string
  keepLocal?: true
  newerOnly?: true
  full?: true
  gone: GonePolicy
  slaFrom?: SlaStart
  source: string
  apiUrl?: string
  maxWait: number
}

/** Opens GitHub, with the flags that apply to all repositories. */
export async function openSession(ctx: Context, database: Database, options: GithubOptions) {
  const { people, source: externalSource, map, keepLocal = false, newerOnly = false } = options
  const { values } = parseMappingFlags({ map })
  const answers = readAnswers('bugs', values)
  const token = ctx.line.settings.values.githubToken ?? undefined
  const apiUrl = requireApiUrl(options.apiUrl ?? variable(ctx, 'GITHUB_API_URL') ?? 'https://api.github.com')
  const github = openGithub({
    apiUrl,
    token,
    version: ctx.line.version,
    signal: ctx.line.signal,
    maxWaitSeconds: options.maxWait,
    onWait: ctx.out.notice,
  })
  const known = people === undefined ? [] : await peopleIn(ctx, people)
  const findPerson = await personFinder(database, externalSource, known)
  const loading: ImportRepository = {
    actor: await database.read((db) => ctx.db.actor(db)),
    dryRun: ctx.line.flags.dryRun,
    apiUrl,
    externalSource,
    mapping: { values, people: known.length > 0, ...(options.label && { labels: options.label }) },
    merge: { keepLocal, newerOnly },
    gonePolicy: options.gone,
    slaFrom: options.slaFrom,
    today: dayReader(ctx.line.zone)(ctx.now()),
  }
  return {
    github,
    loading,
    readIssue: issueReader({ externalSource, answers, findPerson }),
    list: (owner: string) => listRepositories(github, { owner, hasToken: token !== undefined }),
  }
}

type Session = Awaited<ReturnType<typeof openSession>>

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
    return await readAndLoad(ctx, database, one)
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
  reportRemarks(ctx, read, effects)
  reportGone(ctx, read, gone)
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

function sinceOf(ctx: Context, { since }: GithubOptions, remembered: Remembered | null): Date | null {
  if (since === undefined) return null
  if (since === 'last') return remembered?.newestIssue ? new Date(remembered.newestIssue) : null
  return parseStart(since, { now: ctx.now(), zone: ctx.line.zone })
}

async function peopleIn(ctx: Context, file: string): Promise<KnownPerson[]> {
  const source = await openSource(path.resolve(ctx.line.cwd, file), { stdin: ctx.line.stdin })
  return readPeopleFile(source).finally(() => source.close())
}

/** The value of a variable; an empty one counts as unset. */
function variable({ line }: Context, name: string): string | undefined {
  return line.env[name] === '' ? undefined : line.env[name]
}

/** The token is sent to this URL, so http is allowed only to this machine. */
function requireApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isLocal = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text.replace(/\/+$/, '')
  throw new UsageError(`not the URL of an API: "${text}"`, { hint: '--api-url https://HOST/api/v3' })
}

function reportRemarks(ctx: Context, { name, tally }: RepositoryRead, effects: Effects): void {
  const { overwrittenFields, keptFields, renamed, released, closedMonths } = effects
  const labels = unknownLabels(tally)
  if (labels.count > 0) ctx.out.notice(`${name}: ${unknownLabelsRemark}: ${labels.count}${labels.which}`)
  if (closedMonths.length > 0)
    ctx.out.notice(`${name}: ${closedMonthsRemark}: ${closedMonths.length}${closedMonthsText(effects)}`)
  const remarks: [string, number][] = [
    ['unknown logins left empty', tally.strangers],
    ['fields changed in cto and overwritten', overwrittenFields],
    ['fields changed in cto and kept', keptFields],
    ['issues rejected', tally.rejected],
    [renamedRemark, renamed],
    [releasedRemark, released],
  ]
  for (const [what, count] of remarks) if (count > 0) ctx.out.notice(`${name}: ${what}: ${count}`)
}

function reportGone(ctx: Context, { name }: RepositoryRead, gone: readonly GoneBug[]): void {
  for (const { bugNumber, externalId, movedTo, outcome } of gone) {
    const bug = `${name}: ${bugNumber} (${externalId})`
    const end = outcome === 'kept' ? 'kept → --gone defer or close' : outcome
    if (outcome === 'renamed') ctx.out.notice(`${bug} is ${String(movedTo)} now`)
    else if (movedTo === null) ctx.out.notice(`${bug} is gone: ${end}`)
    else ctx.out.notice(`${bug} is ${movedTo} now, which is stored already: ${end}`)
  }
}
