import { getByName } from '../../data/names.js'
import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { collectFiles } from '../../files/collect-files.js'
import { openSource, type Source } from '../../importers/csv/source.js'
import { defaultMaxErrors, parseMaxErrors, type MaxErrors } from '../../importers/file/max-errors.js'
import { detectFormat, sessionFormats, type SessionFormat } from '../../importers/sessions/formats.js'
import type { Ingested } from '../../importers/sessions/ingest.js'
import type { SessionFile } from '../../importers/sessions/ingest-run.js'
import { requireJson } from '../../importers/json-file.js'
import { describeGroup } from '../../importers/validate/problems.js'
import type { KnownPerson } from '../../importers/validate/people.js'
import { choice } from '../../flags/options.js'
import { personNamed } from '../../flags/people.js'
import { counted } from '../../domain/counted.js'
import { nthImport } from '../nth-import.js'
import { visible } from '../../output/visible.js'
import type { IngestReport } from '../../shapes/session-ingest.js'
import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'
import { readPeople } from '../open-input.js'

interface IngestOptions {
  from: SessionFormat | 'auto'
  user?: string
  project?: string
  people?: string
  create?: boolean
  maxErrors: MaxErrors
}

export const sessionsIngestCommand: CommandDefinition = {
  name: 'ingest',
  description:
    'Import what tools recorded of working sessions: calls, errors, times, tokens; never any content',
  effect: 'writes',
  output: { document: 'ingestReports' },
  exitCodes: [3, 5],
  examples: [
    ['cto sessions ingest ~/.claude/projects --user @me', 'every transcript of Claude Code; again: 0 new'],
    ['cto sessions ingest tools.ndjson --from cto --dry-run', 'preview the import'],
  ],
  parameters: (command) =>
    command
      .argument('<files...>', 'files, also gzipped; folders, with all below them; - for standard input')
      .option(
        '--from <format>',
        `auto | ${sessionFormats.join(' | ')}`,
        choice('format', ['auto', ...sessionFormats] as const),
        'auto',
      )
      .option('--user <user>', 'whose sessions they are: email, its local part, name, id or @me')
      .option('-p, --project <project>', 'what they were spent on; default: the folder that a session names')
      .option('--people <file>', 'a table of emails, names and the logins used for them in the files')
      .option('--create', 'create projects, and users with an email, that the files name')
      .option(
        '--max-errors <limit>',
        'tolerate up to N or N% rejected records',
        parseMaxErrors,
        defaultMaxErrors,
      ),
  run: ingest,
}

async function ingest(ctx: Context, paths: readonly string[], options: IngestOptions): Promise<void> {
  const people = await readPeople(ctx, options.people)
  const byFormat = new Map<SessionFormat, SessionFile[]>()
  const stdin = paths.includes('-') ? await openSource('-', { stdin: ctx.line.stdin }) : null
  try {
    for (const file of await filesIn(ctx, paths, stdin)) {
      const format = await formatOf(file, options.from)
      byFormat.set(format, [...(byFormat.get(format) ?? []), file])
    }
    const reports: IngestReport[] = []
    const work = async (database: Database): Promise<void> => {
      const actor = await database.read((db) => ctx.db.actor(db))
      for (const [format, files] of byFormat) {
        const own = { format, files, actor: nthImport(actor, reports.length), people, options }
        reports.push(await ingestFormat(ctx, database, own))
      }
    }
    await ctx.db.open('write', work, { longWork: true })
    await ctx.out.document({
      data: reports.length === 1 ? reports[0] : reports,
      text: () => reports.map(reportText).join('\n'),
    })
    if (reports.some(({ rejected }) => rejected > 0)) ctx.out.setExitCode(5)
  } finally {
    await stdin?.close()
  }
}

/** @throws CtoError BAD_FILE where it is not JSON, or of no format that is known */
async function formatOf(file: SessionFile, from: IngestOptions['from']): Promise<SessionFormat> {
  const source = await file.open()
  try {
    await requireJson(source, `name files of one of the formats ${sessionFormats.join(', ')}`)
    return from === 'auto' ? await detectFormat(source) : from
  } finally {
    await source.close()
  }
}

interface FormatFiles {
  format: SessionFormat
  files: readonly SessionFile[]
  actor: Actor
  people: readonly KnownPerson[]
  options: IngestOptions
}

async function ingestFormat(
  ctx: Context,
  database: Database,
  { format, files, actor, people, options }: FormatFiles,
): Promise<IngestReport> {
  const { ingestSessions } = await import('../../importers/sessions/ingest.js')
  const { user, project, create = false, maxErrors } = options
  const ids = await database.read(async (db) => ({
    userId: user === undefined ? null : await personNamed(db, ctx, user),
    projectId: project === undefined ? null : (await getByName(db, 'project', project)).id,
  }))
  const startedMs = performance.now()
  const progress = ctx.out.progress(`ingesting ${counted(files.length, 'file')}`)
  const { dryRun } = ctx.line.flags
  const onProgress = (count: number) => {
    progress.update({ count })
  }
  const ingested = await ingestSessions(database, {
    ...{ format, files, actor, dryRun, people, create, maxErrors, onProgress },
    ...ids,
  }).finally(() => {
    progress.end()
  })
  remark(ctx, ingested)
  const { importId, counts, problems } = ingested
  return {
    importId,
    dryRun,
    detected: { format, files: files.length },
    ...counts,
    problems: problems.firstErrors,
    timings: { loadMs: Math.round(performance.now() - startedMs) },
  }
}

const mostGroups = 12
const mostNames = 5

function remark(ctx: Context, { counts, problems, unknownUsers, unknownProjects }: Ingested): void {
  for (const group of problems.groups.slice(0, mostGroups)) ctx.out.notice(visible(describeGroup(group)))
  const named = (names: readonly string[]) => names.slice(0, mostNames).map(visible).join(', ')
  if (unknownUsers.length > 0)
    ctx.out.notice(
      `unknown users left empty: ${unknownUsers.length} (${named(unknownUsers)}) → --people FILE`,
    )
  if (unknownProjects.length > 0)
    ctx.out.notice(
      `unknown projects left empty: ${unknownProjects.length} (${named(unknownProjects)}) → --create`,
    )
  if (counts.waiting > 0) ctx.out.notice(`messages not complete yet, skipped until then: ${counts.waiting}`)
}

function reportText({
  importId,
  records,
  counted: fresh,
  duplicates,
  rejected,
  skipped,
  sessionsCreated,
}: IngestReport): string {
  const number = (count: number) => count.toLocaleString('en')
  const sum = `${number(fresh)} counted + ${number(duplicates)} duplicates + ${number(rejected)} rejected + ${number(skipped)} skipped`
  const end = importId === null ? '' : `import ${importId}\n`
  return `${number(records)} records = ${sum}\n${counted(sessionsCreated, 'new session')}\n${end}`
}

/** The files that the paths name; standard input, which can be opened once, is closed by the caller. */
async function filesIn(ctx: Context, paths: readonly string[], stdin: Source | null): Promise<SessionFile[]> {
  const { cwd, stdin: pipe } = ctx.line
  const files = await collectFiles(paths, { cwd, extensions: ['.jsonl', '.ndjson', '.json'] })
  return files.map(({ name, place, shown }) => ({
    name,
    open: () =>
      place === '-' && stdin
        ? Promise.resolve({ ...stdin, close: async () => {} })
        : openSource(place, { stdin: pipe, shown }),
  }))
}
