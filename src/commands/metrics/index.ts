import { metricsAgingCommand } from './aging.js'
import { metricsCheckCommand } from './check.js'
import { metricsDailyCommand } from './daily.js'
import { metricsDeliveryCommand } from './delivery.js'
import { metricsDeveloperCommand } from './developer.js'
import { metricsDiffCommand } from './diff.js'
import { metricsEngineeringCommand } from './engineering.js'
import { metricsExplainCommand } from './explain.js'
import { metricsFlowCommand } from './flow.js'
import { metricsKpisCommand } from './kpis.js'
import { metricsMonthlyCommand } from './monthly.js'
import { metricsPortfolioCommand } from './portfolio.js'
import { metricsSessionsCommand } from './sessions.js'
import { metricsSlaCommand } from './sla.js'
import { metricsSnapshotCommand } from './snapshot.js'
import { metricsTeamCommand } from './team.js'
import { metricsVerifyCommand } from './verify.js'
import type { CommandDefinition } from '../definition.js'

export const metricsGroup: readonly CommandDefinition[] = [
  metricsKpisCommand,
  metricsDailyCommand,
  metricsMonthlyCommand,
  metricsPortfolioCommand,
  metricsEngineeringCommand,
  metricsTeamCommand,
  metricsSlaCommand,
  metricsFlowCommand,
  metricsAgingCommand,
  metricsDeliveryCommand,
  metricsDeveloperCommand,
  metricsSessionsCommand,
  metricsSnapshotCommand,
  metricsDiffCommand,
  metricsCheckCommand,
  metricsVerifyCommand,
  metricsExplainCommand,
]
