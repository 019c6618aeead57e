import type { MetricId } from '../../domain/metric.js'
import type { Section } from '../../output/page.js'
import type { Report } from '../../shapes/report.js'
import { figureBlocks } from './figure-cards.js'

const peopleIds = [
  'sessions.count',
  'sessions.active_hours',
  'sessions.focus',
  'sessions.duration.p50',
  'people.active.weekly',
  'people.adoption',
] as const satisfies readonly MetricId[]

const toolIds = [
  'tools.calls',
  'tools.error_rate',
  'tools.duration.p95',
  'models.requests',
  'models.cache_hit',
  'cost.usd',
] as const satisfies readonly MetricId[]

/** How people and their tools worked; absent where no session is known. */
export function sessionSection(report: Report): Section | null {
  if (!report.figures.some(({ id }) => id === 'sessions.count')) return null
  return {
    id: 'sessions',
    title: 'Sessions and tools',
    blocks: [...figureBlocks(report, peopleIds), ...figureBlocks(report, toolIds)],
  }
}
