import { empty, type Field, type RecordView } from '../output/field.js'
import { percent } from '../output/number-text.js'
import type { WorkspaceFiguresRow } from '../shapes/workspace-overview.js'
import { amount, duration } from './amount.js'

export const workspaceFiguresView: RecordView<WorkspaceFiguresRow> = {
  name: 'workspace',
  plural: 'workspaces',
  shape: 'workspaceFigures',
  id: ({ workspace }) => workspace ?? 'all',
  defaults: [
    'workspace',
    'people',
    'openBugs',
    'openCritical',
    'slaBreached',
    'revenueAtRisk',
    'currency',
    'sessions',
    'activeHours',
    'calls',
    'errorRate',
    'costUsd',
  ],
  fields: [
    {
      name: 'workspace',
      header: 'WORKSPACE',
      text: ({ workspace, workspaces, currency }, { style }) =>
        workspace ?? style.bold(`all ${workspaces}${currency === null ? '' : ` in ${currency}`}`),
    },
    { name: 'workspaces', header: 'WORKSPACES', align: 'right' },
    { name: 'people', header: 'PEOPLE', align: 'right', omit: 2 },
    { name: 'openBugs', header: 'OPEN', align: 'right' },
    { name: 'openCritical', header: 'CRITICAL', align: 'right' },
    { name: 'slaBreached', header: 'LATE', align: 'right' },
    money('revenueAtRisk', 'AT RISK/DAY'),
    money('valuation', 'VALUATION'),
    money('monthlyCost', 'INFRA/MONTH'),
    { name: 'currency', header: 'CURRENCY', omit: 1 },
    { name: 'sessions', header: 'SESSIONS', align: 'right' },
    {
      name: 'activeHours',
      header: 'ACTIVE',
      align: 'right',
      text: ({ activeHours }) => duration(activeHours),
    },
    { name: 'calls', header: 'CALLS', align: 'right' },
    { name: 'errors', header: 'ERRORS', align: 'right' },
    {
      name: 'errorRate',
      header: 'ERROR RATE',
      align: 'right',
      text: ({ errorRate }) => (errorRate === null ? empty : percent(errorRate)),
    },
    {
      name: 'costUsd',
      header: 'COST USD',
      align: 'right',
      text: ({ costUsd }) => amount(costUsd === null ? null : costUsd.toFixed(2)),
    },
  ],
}

function money(
  name: 'revenueAtRisk' | 'valuation' | 'monthlyCost',
  header: string,
): Field<WorkspaceFiguresRow> {
  return { name, header, align: 'right', omit: 3, text: (row) => amount(row[name]) }
}
