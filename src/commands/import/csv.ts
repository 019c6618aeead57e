import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { Actor } from '../../data/audit.js'
import type { Database } from '../../data/database.js'
import { mappingToSave } from '../../importers/csv/describe.js'
import { importTypes } from '../../importers/csv/map/columns.js'
import {
  formatMapping,
  mergeMappings,
  parseMapping,
  parseMappingFlags,
  type MappingFlags,
} from '../../importers/csv/map/mapping-flags.js'
import { planImport, type ImportPlan } from '../../importers/csv/plan.js'
import { openSource, type Source } from '../../importers/csv/read/source.js'
import { noRejects, rejectsFile, type Rejects } from '../../importers/csv/rejects.js'
import { readPeopleFile, type KnownPerson } from '../../importers/csv/validate/people-file.js'
import { NotFoundError, UsageError } from '../../errors.js'
import { plain } from '../../output/style.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { choice } from '../options.js'
import {
  addMappingOptions,
  addReadingOptions,
  addWritingOptions,
  requireFittingFlags,
  type CsvOptions,
} from './csv-options.js'
import { loadFile, type PlannedFile } from './load-file.js'
import { reportText, type CsvReport } from './report.js'

export function addImportCsv(parent: Command, ctx: Context): void {
  const command = parent
    .command('csv')
    .description('Import exports of another tracker, each of them whole or not at all')
    .argument('<files...>', 'CSV files, also gzipped; - for standard input')
    .optionsGroup('What it is:')
    .requiredOption('--type <type>', importTypes.join(' | '), choice('type', importTypes))
    .option('--from <preset>', 'auto | generic | jira | bugzilla | linear: what exported it')
    .option('--source <name>', 'the tracker by which its bugs are known again; default: the preset')
  addMappingOptions(command)
  addReadingOptions(command)
  addWritingOptions(command).action((files: string[], options: CsvOptions) => importCsv(ctx, files, options))
  declare(command, ctx, {
    effect: 'writes',
    output: { document: 'csvReports' },
    exitCodes: [3, 5],
    examples: [
      ['cto import csv export.csv --type bugs --dry-run', 'see first what would come of it'],
      ['cto import csv export.csv.gz --type bugs --from jira', 'again is no harm: only changes are written'],
      [
        'cto import csv bugs.csv --type bugs --map title=Headline --map status.Fertig=closed',
        'in your words',
      ],
      ['curl -s https://… | cto import csv - --type projects', 'from a pipe'],
    ],
  })
}

/** Every file is looked over before the database is opened, so that a wrong one touches nothing. */
export async function importCsv(ctx: Context, paths: readonly string[], options: CsvOptions): Promise<void> {
  requireFittingFlags(ctx, paths, options)
  const mapping = await mappingOf(ctx, options)
  const people = await peopleOf(ctx, options)
  const stdout = options.rejects === '-' ? new PassThrough() : undefined
  const files: PlannedFile[] = []
  const load = async (database: Database): Promise<CsvReport[]> => {
    const actor = await database.read((db) => ctx.actor(db))
    const reports: CsvReport[] = []
    for (const [index, file] of files.entries()) {
      const rejects = rejectsOf(ctx, file.plan, options, stdout)
      reports.push(
        await loadFile(ctx, database, file, { actor: nth(actor, index), people, options, rejects }),
      )
    }
    return reports
  }
  try {
    for (const name of paths) files.push(await planFile(ctx, name, { mapping, options }))
    const reports = await ctx.withDatabase('write', load, { longWork: true })
    if (options.saveMapping !== undefined) await saveMapping(ctx, options.saveMapping, files)
    await (stdout ? printRejects(ctx, reports, stdout) : printReports(ctx, reports))
    if (reports.some(({ rejected }) => rejected > 0)) ctx.setExitCode(5)
  } finally {
    for (const { source } of files) await source.close()
  }
}

/** Imports of one run are a millisecond apart, so that it is known which came later. */
function nth(actor: Actor, index: number): Actor {
  return { ...actor, now: new Date(actor.now.getTime() + index) }
}

interface PlanFile {
  mapping: MappingFlags
  options: CsvOptions
}

async function planFile(ctx: Context, name: string, { mapping, options }: PlanFile): Promise<PlannedFile> {
  const startedMs = performance.now()
  const source = await open(ctx, name)
  const { type, encoding, delimiter, quote, headerless, skip, footer, pad, onUnknown, keepNumbers } = options
  try {
    const plan = await planImport(source, {
      type,
      mapping,
      zone: ctx.zone,
      externalSource: options.source,
      encoding,
      dialect: { delimiter, quote, headerless, skip, footer },
      pad,
      keepNumbers,
      onUnknown: onUnknown === 'default' ? 'default' : 'reject',
    })
    if (options.newerOnly && !plan.present.has('updatedAt')) throw withoutTimes(source.name)
    return { source, plan, mapping, planMs: performance.now() - startedMs }
  } catch (error) {
    await source.close()
    throw error
  }
}

function withoutTimes(name: string): UsageError {
  return new UsageError(
    `no column of "${name}" says when a bug was last changed, as --newer-only needs to know`,
    {
      hint: '--map updatedAt=COLUMN, or --keep-local',
    },
  )
}

async function open(ctx: Context, name: string): Promise<Source> {
  return openSource(name === '-' ? name : path.resolve(ctx.cwd, name), { stdin: ctx.stdin })
}

/** What a saved mapping says, and the flags over it. */
async function mappingOf(ctx: Context, options: CsvOptions): Promise<MappingFlags> {
  const said = parseMappingFlags(options)
  if (options.mapping === undefined) return said
  const file = path.resolve(ctx.cwd, options.mapping)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new NotFoundError(`the mapping ${file} cannot be read`, { hint: 'check --mapping', cause })
  })
  return mergeMappings(parseMapping(text, options.mapping), said)
}

async function peopleOf(ctx: Context, { people }: CsvOptions): Promise<KnownPerson[]> {
  if (people === undefined) return []
  const source = await open(ctx, people)
  try {
    return await readPeopleFile(source)
  } finally {
    await source.close()
  }
}

/** Where the rejected records go: into a file beside the others here, unless told otherwise. */
function rejectsOf(
  ctx: Context,
  plan: ImportPlan,
  { rejects }: CsvOptions,
  stdout: Writable | undefined,
): Rejects {
  if (ctx.flags.dryRun || rejects === 'none') return noRejects
  const named = rejects === undefined || stdout ? undefined : path.resolve(ctx.cwd, rejects)
  return rejectsFile(plan, { folder: ctx.cwd, path: named, output: stdout })
}

async function saveMapping(ctx: Context, name: string, [file]: readonly PlannedFile[]): Promise<void> {
  if (!file) return
  await writeFile(path.resolve(ctx.cwd, name), formatMapping(mappingToSave(file.plan, file.mapping)))
  ctx.notice(`mapping saved: ${name}`)
}

/** One file is one thing, several are a list. */
async function printReports(ctx: Context, reports: readonly CsvReport[]): Promise<void> {
  await ctx.printDocument({
    data: reports.length === 1 ? reports[0] : reports,
    text: (style) => reports.map((report) => reportText(report, style)).join('\n'),
  })
}

/** The summary gives way to what was asked for. */
async function printRejects(ctx: Context, reports: readonly CsvReport[], stdout: PassThrough): Promise<void> {
  for (const report of reports) ctx.notice(reportText(report, plain))
  const bytes = await buffer(stdout.end())
  const [encoding] = reports.map(({ detected }) => detected.encoding)
  await ctx.printDocument({ data: null, text: () => new TextDecoder(encoding).decode(bytes) })
}
