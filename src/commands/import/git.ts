import path from 'node:path'
import type { Actor } from '../../data/audit/audit.js'
import type { Erasures } from '../../data/delivery/erasures.js'
import type { Database } from '../../engine/database.js'
import type { CommitHistory, ReadCommits } from '../../importers/git/read-commits.js'
import type { Clone } from '../../importers/git/read-repository.js'
import type { GitReport } from '../../shapes/repository-import.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { failedReport, repositoryText } from './repository-report.js'
import { importFailure } from './interrupted.js'
import type { CommandDefinition } from '../definition.js'
import { nthImport } from '../nth-import.js'

export const importGitCommand: CommandDefinition = {
  name: 'git',
  description: 'Import the daily figures of clones, and with --commits their commits',
  effect: 'writes',
  output: { document: 'gitReports' },
  exitCodes: [3, 5],
  examples: [
    ['cto import git .', 'the current clone; importing again changes nothing'],
    ['cto import git ~/src/* --tz Europe/Berlin', 'several clones, with the days of that time zone'],
    ['cto import git . --commits', 'also its commits: who wrote them, their lines, what they revert'],
    ['cto import git web --dry-run --json', 'preview the import'],
  ],
  parameters: (command) =>
    command
      .argument('<paths...>', 'folders of clones; no network access')
      .option('--commits', 'also the commits of the default branch, for delivery metrics'),
  run: importGit,
}

interface Options {
  commits?: true
}

async function importGit(ctx: Context, paths: readonly string[], options: Options): Promise<void> {
  const reports: GitReport[] = []
  await ctx.db.open('write', async (database) => {
    const actor = await database.read((db) => ctx.db.actor(db))
    for (const name of paths) {
      reports.push(
        await importOne(ctx, database, {
          name,
          actor: nthImport(actor, reports.length),
          options,
          isOnly: paths.length === 1,
        }),
      )
    }
  })
  await ctx.out.document({
    data: reports.length === 1 ? reports[0] : reports,
    text: (style) => reports.map((report) => repositoryText(report, style, ['day', 'days'])).join(''),
  })
  for (const report of reports) sayCreated(ctx, report)
  if (reports.some(({ failure }) => failure !== null)) ctx.out.setExitCode(5)
}

interface ImportOne {
  name: string
  actor: Actor
  options: Options
  /** If so, its failure fails the command. */
  isOnly: boolean
}

async function importOne(
  ctx: Context,
  database: Database,
  { name, actor, options, isOnly }: ImportOne,
): Promise<GitReport> {
  try {
    return await readAndLoad(ctx, database, { name, actor, options })
  } catch (error) {
    if (!(error instanceof CtoError) || ctx.line.signal.aborted || isOnly)
      throw importFailure(ctx, error, [nameOf(ctx, name)])
    ctx.out.notice(`${name}: ${error.message}${error.reason === undefined ? '' : `: ${error.reason}`}`)
    return {
      ...failedReport(error, ctx.line.flags),
      storedCommits: null,
      commitCounts: null,
      createdProject: null,
      createdRepository: null,
      detected: {
        repository: nameOf(ctx, name),
        projectId: null,
        githubUrl: null,
        head: null,
        shallow: false,
        commits: 0,
        firstDay: null,
        lastDay: null,
        linesOfCode: 0,
        techStack: [],
      },
    }
  }
}

function nameOf(ctx: Context, folder: string): string {
  return path.basename(path.resolve(ctx.line.cwd, folder))
}

async function readAndLoad(
  ctx: Context,
  database: Database,
  { name, actor, options: { commits } }: Omit<ImportOne, 'isOnly'>,
): Promise<GitReport> {
  const { importClone, logOf, totalOf } = await import('../../importers/git/import-clone.js')
  const { logFailure } = await import('../../importers/load/logged-import.js')
  const startedMs = performance.now()
  const options = { actor, dryRun: ctx.line.flags.dryRun, zone: ctx.line.zone }
  const { clone, branch, history } = await readClone(ctx, { name, commits }).catch(async (error: unknown) => {
    await logFailure(database, logOf({ name: nameOf(ctx, name), head: null }, options), error)
    throw error
  })
  const readMs = performance.now() - startedMs
  reportRemarks(ctx, name, {
    ...history,
    head: clone.head,
    isDetached: branch !== null && branch.name === null,
  })
  const read = branch && (await openCommits(clone, { branch, graph: history.graph }))
  const { importId, projectId, githubUrl, days, counts, ...stored } = await importClone(
    database,
    { clone, history },
    { ...options, commits: read, erased: read && (await findErasuresOf(ctx, database)) },
  )
  const newest = days.at(-1)
  return {
    importId,
    dryRun: ctx.line.flags.dryRun,
    detected: {
      repository: clone.name,
      projectId,
      githubUrl,
      head: clone.head,
      shallow: clone.shallow,
      commits: history.commits,
      firstDay: days[0]?.date ?? null,
      lastDay: newest?.date ?? null,
      linesOfCode: newest?.linesOfCode ?? 0,
      techStack: newest?.techStack ?? [],
    },
    storedCommits: stored.commits && totalOf(stored.commits),
    commitCounts: stored.commits,
    createdProject: stored.createdProject,
    createdRepository: stored.createdRepository,
    records: counts.created + counts.updated + counts.unchanged + counts.skipped,
    ...counts,
    rejected: 0,
    duplicates: 0,
    values: {},
    rejectsFile: null,
    timings: { readMs: Math.round(readMs), loadMs: Math.round(performance.now() - startedMs - readMs) },
    failure: null,
  }
}

async function readClone(
  ctx: Context,
  { name, commits = false }: { name: string; commits?: boolean | undefined },
) {
  const { openClone } = await import('../../importers/git/read-repository.js')
  const { findDefaultBranch } = await import('../../importers/git/branch.js')
  const { readHistory } = await import('../../importers/git/read-history.js')
  const clone = await openClone(path.resolve(ctx.line.cwd, name), {
    env: ctx.line.env,
    signal: ctx.line.signal,
  })
  const progress = ctx.out.progress(`reading ${clone.name}`)
  const onCommits = (count: number) => {
    progress.update({ count })
  }
  const branch = commits ? await findDefaultBranch(clone) : null
  const reading = { zone: ctx.line.zone, now: ctx.now(), branch, onCommits }
  const history = await readHistory(clone, reading).finally(() => {
    progress.end()
  })
  return { clone, branch, history }
}

async function findErasuresOf(ctx: Context, database: Database): Promise<Erasures | null> {
  const { findErasures } = await import('../../data/delivery/erasures.js')
  const { encryptionKeys } = await import('../encryption-keys.js')
  return database.read((db) => findErasures(db, () => encryptionKeys(ctx)))
}

async function openCommits(clone: Clone, found: Omit<ReadCommits, 'host'>): Promise<CommitHistory> {
  const { readCommits } = await import('../../importers/git/read-commits.js')
  const { placeOf } = await import('../../importers/git/import-clone.js')
  return readCommits(clone, { ...found, host: placeOf(clone).host })
}

/** Records of other kinds than the days and commits that are counted. */
function sayCreated(ctx: Context, { detected, createdProject, createdRepository }: GitReport): void {
  const created = [
    ...(createdProject === null ? [] : [`the project "${createdProject}"`]),
    ...(createdRepository === null ? [] : [`the repository ${createdRepository}`]),
  ]
  const verb = ctx.line.flags.dryRun ? 'would create' : 'created'
  if (created.length > 0) ctx.out.notice(`${detected.repository}: ${verb} ${created.join(' and ')}`)
}

interface Remarks {
  head: string | null
  ahead: number
  unknownUntil: string | null
  /** The commits are of what is checked out, which is no branch. */
  isDetached: boolean
}

function reportRemarks(ctx: Context, name: string, { head, ahead, unknownUntil, isDetached }: Remarks): void {
  if (head === null) ctx.out.notice(`${name}: no commit yet`)
  if (isDetached) {
    ctx.out.notice(`${name}: no branch is checked out; its commits count as those of the default branch`)
    ctx.out.notice(`  for the default branch of origin: git -C ${name} remote set-head origin --auto`)
  }
  if (ahead > 0) ctx.out.notice(`${name}: commits dated in the future, skipped until then: ${ahead}`)
  if (unknownUntil === null) return
  ctx.out.notice(`${name}: a shallow clone; days up to ${unknownUntil} are incomplete and skipped`)
  ctx.out.notice(`  for all days: git -C ${name} fetch --unshallow`)
}
