import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addMetricsAging } from './aging.js'
import { addMetricsCheck } from './check.js'
import { addMetricsDaily } from './daily.js'
import { addMetricsDiff } from './diff.js'
import { addMetricsEngineering } from './engineering.js'
import { addMetricsExplain } from './explain.js'
import { addMetricsFlow } from './flow.js'
import { addMetricsKpis } from './kpis.js'
import { addMetricsMonthly } from './monthly.js'
import { addMetricsPortfolio } from './portfolio.js'
import { addMetricsSla } from './sla.js'
import { addMetricsSnapshot } from './snapshot.js'
import { addMetricsTeam } from './team.js'
import { addMetricsVerify } from './verify.js'

export function addMetrics(group: Command, ctx: Context): void {
  addMetricsKpis(group, ctx)
  addMetricsDaily(group, ctx)
  addMetricsMonthly(group, ctx)
  addMetricsPortfolio(group, ctx)
  addMetricsEngineering(group, ctx)
  addMetricsTeam(group, ctx)
  addMetricsSla(group, ctx)
  addMetricsFlow(group, ctx)
  addMetricsAging(group, ctx)
  addMetricsSnapshot(group, ctx)
  addMetricsDiff(group, ctx)
  addMetricsCheck(group, ctx)
  addMetricsVerify(group, ctx)
  addMetricsExplain(group, ctx)
}
