import type { Command } from 'commander'
import type { Context } from '../context.js'
import { addMetricsKpis } from './kpis.js'
import { addMetricsSnapshot } from './snapshot.js'

export function addMetrics(group: Command, ctx: Context): void {
  addMetricsKpis(group, ctx)
  addMetricsSnapshot(group, ctx)
}
