import type { Db } from '../../engine/client.js'
import { figureChanges } from '../../data/metrics/figure-changes.js'
import type { OpenChange, OpenId } from '../../data/metrics/open-changes.js'
import { UsageError } from '../../errors.js'
import { addBugFilters, bugFilter, givenBugFilters } from '../../flags/bug-filter.js'
import {
  addDeliveryFilters,
  deliveryFilter,
  givenDeliveryFilters,
  isSharedFilter,
  strayFilter,
} from '../../flags/delivery-filter.js'
import type { AnyScopeOptions } from '../../flags/scope.js'
import { deliveryIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { findPoint, type Compared, type Point } from './diff-point.js'
import type { CommandDefinition } from '../definition.js'
import { figureChangeView } from '../../views/figure-change.js'

export const metricsDiffCommand: CommandDefinition = {
  name: 'diff',
  description: 'What changed between two moments, and why: created, resolved, reopened, reclassified',
  effect: 'reads',
  output: { list: figureChangeView },
  exitCodes: [3],
  examples: [
    ['cto metrics diff 2026-08 2026-09', 'two months, as they were stored'],
    ['cto metrics diff 2026-10-31', 'from the end of that day to now'],
    ['cto metrics diff monday', 'since the end of the last Monday; ./monday is a file'],
    ['cto metrics diff last-night.json', 'against figures that kpis --json wrote'],
    ['cto metrics diff 2026-08 2026-09 --repo acme/web', 'the delivery of a repository in two months'],
  ],
  parameters: (command) => {
    command
      .argument(
        '<before>',
        'a stored month (2026-08), a day or moment (monday, 7d, 2026-10-31), or a file of figures',
      )
      .argument('[after]', 'likewise', 'now')
    addDeliveryFilters(addBugFilters(command), { besideBugs: true })
  },
  run: (ctx, before: string, after: string, options: AnyScopeOptions) =>
    showDifference(ctx, { before, after, options }),
}

interface ComparedPoints {
  before: string
  after: string
  options: AnyScopeOptions
}

async function showDifference(ctx: Context, { before, after, options }: ComparedPoints): Promise<void> {
  const changes = await ctx.db.read(async (db) => {
    const compared = await comparedBy(db, ctx, options)
    const [from, to] = [
      await findPoint(db, ctx, { name: before, ...compared }),
      await findPoint(db, ctx, { name: after, ...compared }),
    ]
    const causes = await causesBetween(db, { from, to, filter: compared.bugs?.filter ?? {} })
    return figureChanges(from.figures, to.figures, causes)
  })
  if (changes.length === 0) {
    throw new UsageError(`${before} and ${after} have no figure in common`, {
      hint: 'compare two months, two days, or two files of one command',
    })
  }
  await ctx.out.page(figureChangeView, { data: changes, total: changes.length })
}

/**
 * A filter that only bugs have leaves out repositories, and one that only repositories have leaves out bugs; any but the
 * project leaves out sessions.
 */
async function comparedBy(db: Db, ctx: Context, options: AnyScopeOptions): Promise<Compared> {
  const { hasRepositories } = await import('../../data/delivery/repositories-known.js')
  const { hasSessions } = await import('../../data/sessions/sessions-known.js')
  const given = givenDeliveryFilters(options)
  const ofBugs = givenBugFilters(options).some((name) => !isSharedFilter(name))
  const ofDelivery = given.some((name) => !isSharedFilter(name))
  if (ofBugs && ofDelivery) {
    throw new UsageError('filters of bugs and of delivery metrics exclude each other', {
      hint: 'compare them one after the other',
    })
  }
  const filter = await bugFilter(db, ctx, options, { status: null })
  const isFiltered = Object.values(filter).some((condition) => condition !== undefined)
  const ids = deliveryIds.filter((id) => strayFilter(id, given) === undefined)
  const ofOthers = [...givenBugFilters(options), ...given].some((name) => name !== 'project')
  return {
    sessions: !ofOthers && (await hasSessions(db)) ? { filter: { project: filter.project } } : null,
    bugs: ofDelivery ? null : { filter, isFiltered },
    delivery:
      !ofBugs && (await hasRepositories(db)) ? { filter: await deliveryFilter(db, ctx, options), ids } : null,
  }
}

type Filter = Awaited<ReturnType<typeof bugFilter>>

async function causesBetween(
  db: Db,
  { from, to, filter }: { from: Point; to: Point; filter: Filter },
): Promise<Record<OpenId, OpenChange> | null> {
  if (from.moment === null || to.moment === null) return null
  if (from.moment.at > to.moment.at) {
    throw new UsageError(`${from.name} is later than ${to.name}`, {
      hint: `cto metrics diff ${to.name} ${from.name}`,
    })
  }
  const { getOpenChanges } = await import('../../data/metrics/open-changes.js')
  return getOpenChanges(db, { filter, from: from.moment, to: to.moment })
}
