import { existsSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Database } from '../../engine/database.js'
import { writeTextFile } from '../../files/output-file.js'
import { mappingToSave } from '../../importers/file/describe.js'
import { formatMapping } from '../../importers/map/mapping-flags.js'
import { plain } from '../../output/style.js'
import type { Context } from '../../context.js'
import { readPeople } from '../open-input.js'
import { addCsvOptions, requireFittingFlags, type CsvOptions } from './csv-options.js'
import { importFailure } from './interrupted.js'
import { loadFile, type PlannedFile } from './load-file.js'
import { planFile, mappingOf, rejectsFor } from './plan-file.js'
import { reportText, type CsvReport } from './report.js'
import type { CommandDefinition } from '../definition.js'
import { nthImport } from '../nth-import.js'

export const importCsvCommand: CommandDefinition = {
  name: 'csv',
  description: 'Import exports of another tracker, each in one transaction',
  effect: 'writes',
  output: { document: 'csvReports' },
  exitCodes: [3, 5],
  examples: [
    ['cto import csv export.csv --type bugs --dry-run', 'preview the import'],
    ['cto import csv export.csv.gz --type bugs --from jira', 'import again: only changes are written'],
    [
      'cto import csv bugs.csv --type bugs --map title=Headline --map status.Fertig=closed',
      'with your own column and status names',
    ],
    ['curl -s https://… | cto import csv - --type projects', 'from a pipe'],
  ],
  parameters: (command) => {
    command.argument('<files...>', 'CSV files, also gzipped; - for standard input')
    addCsvOptions(command)
  },
  run: importCsv,
}

/** Checks every file before it opens the database, so that an invalid one changes nothing. */
async function importCsv(ctx: Context, paths: readonly string[], options: CsvOptions): Promise<void> {
  requireFittingFlags(ctx, paths, options)
  const mapping = await mappingOf(ctx, options)
  const people = await readPeople(ctx, options.people)
  const stdout = options.rejects === '-' ? new PassThrough() : undefined
  const files: PlannedFile[] = []
  const reports: CsvReport[] = []
  const load = async (database: Database): Promise<void> => {
    const actor = await database.read((db) => ctx.db.actor(db))
    for (const [index, file] of files.entries()) {
      const rejects = rejectsFor(ctx, file.plan, options, stdout)
      reports.push(
        await loadFile(ctx, database, file, { actor: nthImport(actor, index), people, options, rejects }),
      )
    }
  }
  try {
    for (const name of paths) files.push(await planFile(ctx, name, { mapping, options }))
    await ctx.db.open('write', load, { longWork: true }).catch(async (error: unknown) => {
      await printImported(ctx, reports, files)
      throw error
    })
    // Before the question: the import is stored, whatever the user answers.
    await (stdout ? printRejects(ctx, reports, stdout) : printReports(ctx, reports, files))
    if (reports.some(({ rejected }) => rejected > 0)) ctx.out.setExitCode(5)
    const name = options.saveMapping ?? (await askWhere(ctx, files))
    if (name !== undefined) await saveMapping(ctx, name, files)
  } catch (error) {
    throw importFailure(
      ctx,
      error,
      paths.slice(reports.length).map((file) => path.basename(file)),
    )
  } finally {
    for (const { source } of files) await source.close()
  }
}

/**
 * Asks whether to save the answers, and under which name. Undefined if there are none, or they are not to be saved. The first
 * question takes no text, so that a command that is typed ahead does not become the name of a file.
 */
async function askWhere(ctx: Context, files: readonly PlannedFile[]): Promise<string | undefined> {
  const [file] = files
  if (!file || !ctx.ask.canAsk || files.length > 1 || !hasAnswers(file)) return undefined
  const save = await ctx.ask.choose('Save these answers for the next import?', ['no', 'yes'])
  if (save === 'no') return undefined
  const refusal = (typed: string) => refuseName(ctx, typed.trim())
  return (await ctx.ask.text('File name, such as mapping.json:', refusal)).trim()
}

function refuseName(ctx: Context, name: string): string | null {
  if (name === '') return 'the name is empty'
  if (name === '-') return 'stdout is for the report of the import'
  if (/[\s;|&<>$`"'*?]/.test(name)) return 'use a name without spaces, quotes and characters of the shell'
  return existsSync(path.resolve(ctx.line.cwd, name)) ? `${name} exists; choose another name` : null
}

function hasAnswers({ plan, mapping }: PlannedFile): boolean {
  const given = [...plan.answers].reduce((count, [, words]) => count + words.size, 0)
  const mapped = Object.values(mapping.values).reduce((count, words) => count + Object.keys(words).length, 0)
  return plan.presetAsked || plan.dateAnswer !== null || given > mapped
}

async function saveMapping(ctx: Context, name: string, [file]: readonly PlannedFile[]): Promise<void> {
  if (!file) return
  await writeTextFile(path.resolve(ctx.line.cwd, name), formatMapping(mappingToSave(file.plan, file.mapping)))
  ctx.out.notice(`mapping saved: ${name}`)
}

/** Reports which of several files were imported when one fails. */
async function printImported(
  ctx: Context,
  reports: readonly CsvReport[],
  files: readonly PlannedFile[],
): Promise<void> {
  if (reports.length === 0) return
  const names = files.map(({ source }) => source.name)
  const [imported, missing] = [names.slice(0, reports.length), names.slice(reports.length)]
  if (!ctx.line.flags.dryRun)
    ctx.out.notice(`imported: ${imported.join(', ')}; not imported: ${missing.join(', ')}`)
  await printReports(ctx, reports, files)
}

/** One file gives one report, several give a list. */
async function printReports(
  ctx: Context,
  reports: readonly CsvReport[],
  files: readonly PlannedFile[],
): Promise<void> {
  await ctx.out.document({
    data: files.length === 1 ? reports[0] : reports,
    text: (style) => reports.map((report) => reportText(report, style)).join('\n'),
  })
}

/** Writes the summary to stderr, and the rejected records to stdout. */
async function printRejects(ctx: Context, reports: readonly CsvReport[], stdout: PassThrough): Promise<void> {
  for (const report of reports) ctx.out.notice(reportText(report, plain))
  const bytes = await buffer(stdout.end())
  const [encoding] = reports.map(({ detected }) => detected.encoding)
  await ctx.out.document({ data: null, text: () => new TextDecoder(encoding).decode(bytes) })
}
