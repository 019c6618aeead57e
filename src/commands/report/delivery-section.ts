import { isDelivery, type Figure, type MetricId } from '../../domain/metric.js'
import { grouped } from '../../output/number-text.js'
import type { Block, Section } from '../../output/page.js'
import type { Report } from '../../shapes/report.js'
import { figureValue } from '../../views/figure.js'
import { figureBlocks } from './figure-cards.js'
import { numberColumns } from './section.js'

const doraIds = [
  'dora.deployments',
  'dora.frequency',
  'dora.lead.p50',
  'dora.fail_rate',
  'dora.recovery.p50',
  'dora.rework_rate',
  'dora.unrecovered',
] as const satisfies readonly MetricId[]

/** Figures besides the stages: pull requests that wait or were merged without a review, and who reviews. */
const flowIds = [
  'pr.merged',
  'pr.open',
  'pr.waiting',
  'pr.first_response.p50',
  'pr.unreviewed',
  'pr.reverted',
  'pr.size.p50',
  'review.count',
  'review.imbalance',
  'ai.risky',
  // The figures that a clone alone gives.
  'commit.count',
  'commit.authors',
  'commit.lines',
] as const satisfies readonly MetricId[]

const stages = [
  ['first commit → ready', 'coding'],
  ['ready → first review', 'pickup'],
  ['first review → approved', 'review'],
  ['approved → merged', 'merge'],
  ['merged → deployed', 'deploy'],
  ['first commit or ready → merged', 'cycle'],
] as const

/** Deployments, pull requests and commits; absent where the report has no figure of them. */
export function deliverySection(report: Report): Section | null {
  if (!report.figures.some(({ id }) => isDelivery(id))) return null
  return {
    id: 'delivery',
    title: 'Delivery',
    blocks: [...figureBlocks(report, doraIds), ...stageBlocks(report), ...figureBlocks(report, flowIds)],
  }
}

/** A table of the stages, or one line where none is known of any pull request. */
function stageBlocks({ figures }: Report): Block[] {
  const figureOf = (id: string): Figure | undefined => figures.find((figure) => figure.id === id)
  const found = stages.map(([name, stage]) => ({
    name,
    p50: figureOf(`pr.${stage}.p50`),
    p90: figureOf(`pr.${stage}.p90`),
  }))
  if (found.every(({ p50 }) => p50 === undefined || p50.n === 0))
    return [{ kind: 'note', text: 'No data: stages of the pull requests merged in the window.' }]
  const text = (figure: Figure | undefined) => (figure === undefined ? '—' : figureValue(figure).value)
  const table = {
    caption:
      'Stages of the pull requests merged in the window; each counts those of which both ends are known',
    columns: [{ header: 'stage' }, ...numberColumns(['median', '90th percentile', 'pull requests'])],
    rows: found.map(({ name, p50, p90 }) => [name, text(p50), text(p90), grouped(String(p50?.n ?? 0))]),
  }
  return [{ kind: 'table', table }]
}
