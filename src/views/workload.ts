import type { RecordView } from '../output/field.js'
import type { Workload } from '../shapes/workload.js'
import { personBrief } from './person.js'
import { amount } from './amount.js'

export const workloadView: RecordView<Workload> = {
  name: 'workload',
  plural: 'workloads',
  shape: 'workload',
  id: ({ email }) => email,
  defaults: [
    ...['email', 'open', 'bySeverity.critical', 'bySeverity.high', 'bySeverity.medium', 'bySeverity.low'],
    ...['severityPoints', 'loadRatio', 'estimatedHours', 'overdue', 'revenueAtRisk'],
  ],
  fields: [
    { name: 'email', header: 'WHO', brief: personBrief, shrink: 1 },
    { name: 'open', header: 'OPEN', align: 'right' },
    { name: 'bySeverity.critical', header: 'CRIT', align: 'right' },
    { name: 'bySeverity.high', header: 'HIGH', align: 'right', omit: 6 },
    { name: 'bySeverity.medium', header: 'MED', align: 'right', omit: 1 },
    { name: 'bySeverity.low', header: 'LOW', align: 'right', omit: 1 },
    { name: 'severityPoints', header: 'POINTS', align: 'right', omit: 7 },
    { name: 'loadRatio', header: '÷ MEDIAN', align: 'right', omit: 4 },
    { name: 'estimatedHours', header: 'HOURS', align: 'right', omit: 2 },
    { name: 'overdue', header: 'OVERDUE', align: 'right', omit: 5 },
    {
      name: 'revenueAtRisk',
      header: 'AT RISK/DAY',
      text: ({ revenueAtRisk }) => amount(revenueAtRisk),
      align: 'right',
      omit: 3,
    },
    { name: 'atRisk', header: 'SLA AT RISK', align: 'right' },
    { name: 'breached', header: 'BREACHED', align: 'right' },
    { name: 'blockers', header: 'BLOCKERS', align: 'right' },
    { name: 'estimated', header: 'ESTIMATED', align: 'right' },
    { name: 'bySeverity', header: 'BY SEVERITY' },
    { name: 'name', header: 'NAME', shrink: 2 },
    { name: 'role', header: 'ROLE' },
    { name: 'id', header: 'ID' },
  ],
}
