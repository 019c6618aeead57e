import type { Db } from '../../engine/client.js'
import {
  judge,
  parseFailOn,
  parseMax,
  parseMin,
  type Gate,
  type GateResult,
  type GateValue,
} from '../../domain/gate.js'
import { UsageError } from '../../errors.js'
import { junit } from '../../output/junit.js'
import type { Context } from '../../context.js'
import { sayMoment, sayWindow } from '../../views/window.js'
import { isDelivery, isOfSessions, metricOf, type MetricId } from '../../domain/metric.js'
import { sayDoubts } from './figure-verb.js'
import { deliveryDoubts } from './delivery-doubts.js'
import { collect } from '../../flags/options.js'
import { addAnyWindow, anyScopeOf, type AnyScopeOptions } from '../../flags/scope.js'
import { readFigures } from './figures-file.js'
import { readGates } from './gates-file.js'
import type { CommandDefinition } from '../definition.js'
import { gateView } from '../../views/gate.js'

interface CheckOptions extends AnyScopeOptions {
  max?: string[]
  min?: string[]
  failOn?: string[]
  gates?: string
  baseline?: string
  allowNull?: true
}

export const metricsCheckCommand: CommandDefinition = {
  name: 'check',
  description: 'Check metrics against limits; exit 8 if a limit is broken',
  effect: 'reads',
  output: { list: gateView, document: 'gates', formats: ['junit'] },
  exitCodes: [3, 8],
  examples: [
    ['cto metrics check --max open.critical=0 --min sla.compliance=90%', 'fail the build'],
    ["cto metrics check --fail-on 'resolution.p90>+10%' --since 30d", 'against the 30 days before'],
    ['cto metrics check --max dora.fail_rate=15% --repo acme/web', 'a gate of deployments'],
    ['cto metrics check --gates gates.json --format markdown', 'for the summary of a CI job'],
    ['cto metrics check --gates gates.json --format junit -o gates.xml', 'for the test report of a CI job'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Gates:')
      .option(
        '--max <metric=limit>',
        'no more than this, in the unit of the metric: open.critical=0',
        collect,
      )
      .option('--min <metric=limit>', 'no less than this, a share as 90% or 0.9: sla.compliance=90%', collect)
      .option('--fail-on <condition>', 'trips when it is true: resolution.p90>+10%, open.total>+5', collect)
      .option('--gates <file>', 'gates of the repository, as JSON')
      .option('--baseline <file>', 'changes are against the figures of this file, not of the window before')
      .option('--allow-null', 'no data trips no gate')
    addAnyWindow(command)
  },
  run: checkGates,
}

async function checkGates(ctx: Context, options: CheckOptions): Promise<void> {
  const file = options.gates === undefined ? undefined : await readGates(ctx, options.gates)
  const gates = [
    ...(file?.gates ?? []),
    ...(options.max ?? []).map(parseMax),
    ...(options.min ?? []).map(parseMin),
    ...(options.failOn ?? []).map(parseFailOn),
  ]
  if (gates.length === 0) {
    throw new UsageError('there is no gate to check', { hint: 'cto metrics check --max open.critical=0' })
  }
  const allowNull = options.allowNull ?? file?.allowNull ?? false
  const since = options.since ?? (options.between === undefined ? file?.since : undefined)
  const baseline = options.baseline === undefined ? undefined : await readFigures(ctx, options.baseline)
  const { scope, values, before, doubts, missing } = await ctx.db.read((db) =>
    measure(db, ctx, { gates, options: { ...options, ...(since !== undefined && { since }) }, baseline }),
  )
  const results = gates.map((gate) =>
    judge(gate, { value: values.get(gate.id) ?? null, baseline: before.get(gate.id) ?? null, allowNull }),
  )
  if (gates.some(({ id }) => metricOf(id).over === 'window')) sayWindow(ctx, scope.window)
  else sayMoment(ctx, scope.asOf)
  await printResults(ctx, results)
  sayDoubts(ctx, doubts)
  if (missing.length > 0) {
    const gates = missing.length === 1 ? 'gates on them say' : 'gates on either say'
    ctx.out.caution(`the database holds no ${missing.join(' and no ')} yet: ${gates} nothing`)
  }
  if (results.some(({ tripped }) => tripped)) ctx.out.setExitCode(8)
}

interface Measure {
  gates: readonly Gate[]
  options: AnyScopeOptions
  baseline: ReadonlyMap<string, GateValue> | undefined
}

/** The figures of the window, and those that they are compared with. */
async function measure(db: Db, ctx: Context, { gates, options, baseline }: Measure) {
  const { getGateValues } = await import('../../data/metrics/gate-values.js')
  const ids = gates.map(({ id }) => id)
  const scope = await anyScopeOf(db, ctx, { options, ids })
  return {
    scope,
    ...(await getGateValues(db, { gates, scope, baseline })),
    doubts: await deliveryDoubts(db, { scope, ids }),
    missing: await missingKinds(db, ids),
  }
}

/** What the gates are on, and the database holds none of: a count of nothing is 0, and passes. */
async function missingKinds(db: Db, ids: readonly MetricId[]): Promise<string[]> {
  const { hasBugs } = await import('../../data/bugs/bugs-known.js')
  const { hasRepositories } = await import('../../data/delivery/repositories-known.js')
  const { hasSessions } = await import('../../data/sessions/sessions-known.js')
  const ofBugs = (id: MetricId) => !isDelivery(id) && !isOfSessions(id) && metricOf(id).over !== 'projects'
  return [
    ...(ids.some(ofBugs) && !(await hasBugs(db)) ? ['bugs'] : []),
    ...(ids.some(isDelivery) && !(await hasRepositories(db)) ? ['repositories'] : []),
    ...(ids.some(isOfSessions) && !(await hasSessions(db)) ? ['sessions'] : []),
  ]
}

async function printResults(ctx: Context, results: readonly GateResult[]): Promise<void> {
  switch (ctx.line.flags.format) {
    case 'json':
      return ctx.out.document({ data: { gates: results }, text: () => '' })
    case 'junit': {
      const cases = results.map(({ gate, tripped, reason }) => ({
        name: gate,
        failure: tripped ? reason : null,
      }))
      return ctx.out.document({ data: null, text: () => junit('cto metrics check', cases) })
    }
    default:
      return ctx.out.page(gateView, { data: results })
  }
}
