import { isMetricId, isOfSessions, metricIds, metricOf, type MetricId } from '../../domain/metric.js'
import { didYouMeanMetric } from '../../domain/metrics-meant.js'
import type { Scope } from '../../data/metrics/scope.js'
import { NotFoundError, UsageError } from '../../errors.js'
import type { MetricRecord } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { wholeNumber } from '../../flags/options.js'
import { addAnyWindow, anyScopeOf, type AnyScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'
import { deliveryDoubts } from './delivery-doubts.js'
import { sayDoubts } from './figure-verb.js'
import { metricView } from '../../views/metric.js'
import { metricExplanationView, metricSqlView } from '../../views/metric-explanation.js'
import { measuredText } from '../../views/measured.js'
import { measuredBugView } from '../../views/measured-bug.js'
import { measuredFactView } from '../../views/measured-fact.js'
import { sayMoment, sayWindow } from '../../views/window.js'

interface ExplainOptions extends AnyScopeOptions {
  rows?: true
  sql?: true
  limit: number
}

export const metricsExplainCommand: CommandDefinition = {
  name: 'explain',
  description:
    'What a metric is: formula, exclusions, version, value, SQL, and the records behind it; or every metric',
  effect: 'reads',
  output: { list: metricView, rows: [measuredBugView, measuredFactView], record: metricExplanationView },
  exitCodes: [3],
  examples: [
    ['cto metrics explain', 'the catalogue'],
    ['cto metrics explain resolution.p90', 'one of them, with its value'],
    ['cto metrics explain resolution.p90 --sql', 'and the SQL behind it'],
    ['cto metrics explain sla.breached --rows', 'which bugs they are'],
    ['cto metrics explain pr.pickup.p90 --rows --repo acme/web', 'the pull requests that waited longest'],
    ['cto metrics explain project.health', 'each project with the terms of its health'],
  ],
  parameters: (command) => {
    command.argument('[metric]', 'its id; without one, the catalogue')
    addAnyWindow(command)
      .optionsGroup('What:')
      .option(
        '--rows',
        'the bugs, pull requests, deployments or people behind the figure, each with its measured value',
      )
      .option('--sql', 'the SQL that computes it; JSON always has it')
      .option('-L, --limit <n>', 'at most N of them; 0 for all', wholeNumber, 50)
  },
  run: explain,
}

async function explain(ctx: Context, metric: string | undefined, options: ExplainOptions): Promise<void> {
  if (metric === undefined) {
    const flag = options.rows ? '--rows' : options.sql ? '--sql' : null
    if (flag !== null)
      throw new UsageError(`${flag} needs a metric`, { hint: `cto metrics explain sla.breached ${flag}` })
    return ctx.out.page(metricView, { data: metricIds.map(recordOf) })
  }
  const id = requireMetric(metric)
  if (!options.rows) return showMetric(ctx, id, options)
  if (options.sql) throw new UsageError('--sql shows the metric, --rows its records: leave one out')
  return showRows(ctx, id, options)
}

async function showMetric(ctx: Context, id: MetricId, options: ExplainOptions): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { figureSql } = await import('../../data/metrics/explanation.js')
  const { explanation, doubts } = await ctx.db.read(async (db) => {
    const scope = await anyScopeOf(db, ctx, { options, ids: [id] })
    const [figure] = await getFigures(db, { ids: [id], scope })
    if (!figure) throw new Error('a metric without a figure')
    const { value, unit, n, asOf, window } = figure
    const { findProjectHealth } = await import('../../data/metrics/project-health.js')
    const terms = id === 'project.health' ? await findProjectHealth(db, scope) : null
    return {
      explanation: { ...recordOf(id), value, unit, n, asOf, window, sql: figureSql({ id, scope }), terms },
      doubts: await deliveryDoubts(db, { scope, ids: [id] }),
    }
  })
  await ctx.out.one(options.sql ? metricSqlView : metricExplanationView, explanation)
  sayDoubts(ctx, doubts)
}

async function showRows(ctx: Context, id: MetricId, options: ExplainOptions): Promise<void> {
  const { findMeasuredBugs, findMeasuredFacts, isOfBugs, isOfFacts } =
    await import('../../data/metrics/explanation.js')
  const { limit } = options
  if (isOfFacts(id)) {
    const { scope, page, doubts } = await ctx.db.read(async (db) => {
      const scope = await anyScopeOf(db, ctx, { options, ids: [id] })
      return {
        scope,
        page: await findMeasuredFacts(db, { id, scope, limit }),
        doubts: await deliveryDoubts(db, { scope, ids: [id] }),
      }
    })
    sayScope(ctx, id, scope)
    await ctx.out.page(measuredFactView, page)
    ctx.out.notice(measuredText(page.figure))
    sayDoubts(ctx, doubts)
    return
  }
  if (!isOfBugs(id)) {
    const { records, hint } = computedFrom(id)
    throw new UsageError(`${id} is computed from ${records}, which --rows does not list`, { hint })
  }
  const { scope, page } = await ctx.db.read(async (db) => {
    const scope = await anyScopeOf(db, ctx, { options, ids: [id] })
    return { scope, page: await findMeasuredBugs(db, { id, scope, limit }) }
  })
  sayScope(ctx, id, scope)
  await ctx.out.page(measuredBugView, page)
  ctx.out.notice(measuredText(page.figure))
}

/** The records of a metric that is neither of bugs nor of repositories, and the command that lists them. */
function computedFrom(id: MetricId): { records: string; hint: string } {
  const { sample, over } = metricOf(id)
  if (sample === 'toolSums' || sample === 'toolCalls')
    return { records: 'calls of tools and requests to language models', hint: 'cto tools list' }
  if (isOfSessions(id)) return { records: 'sessions', hint: 'cto sessions list' }
  if (over === 'projects') return { records: 'projects', hint: 'cto metrics portfolio' }
  return { records: 'the open bugs of each person', hint: 'cto metrics team' }
}

function sayScope(ctx: Context, id: MetricId, { window, asOf }: Scope): void {
  if (metricOf(id).over === 'window') sayWindow(ctx, window)
  else sayMoment(ctx, asOf)
}

/** @throws NotFoundError naming the nearest */
function requireMetric(name: string): MetricId {
  const id = name.trim().toLowerCase()
  if (isMetricId(id)) return id
  throw new NotFoundError(`no metric "${name}"`, {
    reason: didYouMeanMetric(id),
    hint: 'cto metrics explain lists them all',
  })
}

function recordOf(id: MetricId): MetricRecord {
  const { title, unit, formula, exclusions, over, aggregate, version } = metricOf(id)
  return { id, title, unit, formula, exclusions, over, aggregate, version }
}
