import path from 'node:path'
import type { Writable } from 'node:stream'
import { CtoError, UsageError } from '../../errors.js'
import {
  mergeMappings,
  parseMapping,
  parseMappingFlags,
  type MappingFlags,
} from '../../importers/map/mapping-flags.js'
import { outlineImport, type ImportOutline } from '../../importers/file/outline.js'
import type { PlanQuestions } from '../../importers/file/plan-questions.js'
import { completePlan, type ImportPlan } from '../../importers/file/plan.js'
import { noRejects, rejectsFile, type Rejects } from '../../importers/csv/rejects.js'
import type { Context } from '../../context.js'
import { inputName, readTextFile } from '../../flags/text-file.js'
import { openInput } from '../open-input.js'
import type { CsvOptions } from './csv-options.js'
import type { PlannedFile } from './load-file.js'
import { logUnreadable, refuseEarly } from './refuse-early.js'

interface PlanFile {
  mapping: MappingFlags
  options: CsvOptions
  /** Default: that of the command. */
  zone?: string | undefined
  /** If true, a rejected file is not logged. Default: --dry-run. */
  dryRun?: boolean
}

/** Plans how a file is read, and rejects one of the wrong kind by its beginning. The file stays open. */
export async function planFile(
  ctx: Context,
  name: string,
  { mapping, options, zone = ctx.line.zone, dryRun = ctx.line.flags.dryRun }: PlanFile,
): Promise<PlannedFile> {
  const startedMs = performance.now()
  const source = await openInput(ctx, name)
  const { type, encoding, delimiter, quote, headerless, skip, footer, pad, locale, onUnknown, keepNumbers } =
    options
  const questions = ctx.ask.canAsk ? questionsOf(ctx, name) : undefined
  try {
    const outline = await outlineImport(source, {
      type,
      mapping,
      zone,
      now: ctx.now(),
      externalSource: options.source,
      encoding,
      dialect: { delimiter, quote, headerless, skip, footer },
      pad,
      locale,
      keepNumbers,
      choice: { issueTypes: options.issueType, labels: options.label },
      questions,
      onUnknown: onUnknown === 'default' ? 'default' : 'reject',
    })
    if (options.newerOnly && !outline.present.has('updatedAt')) throw withoutTimes(source.name)
    await refuseEarly(ctx, outline, { mapping, options, dryRun })
    const plan = await readWhole(ctx, outline, questions)
    return { source, plan, mapping, planMs: performance.now() - startedMs }
  } catch (error) {
    await source.close()
    if (!dryRun && error instanceof CtoError && error.code === 'BAD_FILE') {
      await logUnreadable(ctx, { file: source.name, mapping, options, error })
    }
    throw error
  }
}

/** The first pass over all records, shown as a phase of its own; a question ends the display. */
async function readWhole(
  ctx: Context,
  outline: ImportOutline,
  questions: PlanQuestions | undefined,
): Promise<ImportPlan> {
  const progress = ctx.out.progress(`reading ${outline.source.name}`)
  const asking = questions && {
    ...questions,
    dateFormat: (...column: Parameters<PlanQuestions['dateFormat']>) => {
      progress.end()
      return questions.dateFormat(...column)
    },
  }
  return completePlan(outline, asking).finally(() => {
    progress.end()
  })
}

/** The questions for ambiguous files, with examples from the file. */
function questionsOf(ctx: Context, name: string): PlanQuestions {
  return {
    preset: async (best, runnerUp, differences) => {
      for (const { field, word, best: one, runnerUp: other } of differences.slice(0, mostExamples)) {
        ctx.out.notice(`  ${field} "${word}": ${one} in ${best.title}, ${other} in ${runnerUp.title}`)
      }
      return ctx.ask.choose(`${name} comes from`, [best.name, runnerUp.name])
    },
    dateFormat: async (column, examples, orders) => {
      ctx.out.notice(`  ${column}: ${examples.join(', ')}`)
      return ctx.ask.choose(`in column "${column}" the dates are`, orders)
    },
  }
}

const mostExamples = 5

function withoutTimes(name: string): UsageError {
  return new UsageError(`"${name}" has no column of the time of the last change, which --newer-only needs`, {
    hint: '--map updatedAt=COLUMN, or --keep-local',
  })
}

/** The saved mapping, overridden by the flags. */
export async function mappingOf(ctx: Context, options: CsvOptions): Promise<MappingFlags> {
  const flags = parseMappingFlags(options)
  if (options.mapping === undefined) return flags
  const text = await readTextFile(ctx, options.mapping, { what: 'mapping', hint: 'check --mapping' })
  return mergeMappings(parseMapping(text, inputName(options.mapping)), flags)
}

/** The destination of rejected records: by default a file in the current folder. */
export function rejectsFor(
  ctx: Context,
  plan: ImportPlan,
  { rejects }: CsvOptions,
  stdout?: Writable,
): Rejects {
  if (ctx.line.flags.dryRun || rejects === 'none') return noRejects
  const named = rejects === undefined || stdout ? undefined : path.resolve(ctx.line.cwd, rejects)
  return rejectsFile(plan, { folder: ctx.line.cwd, path: named, output: stdout })
}
