import type { RecordView } from '../output/field.js'
import type { ProjectValue } from '../shapes/metric-report.js'
import { amount } from './amount.js'

export const projectValueView: RecordView<ProjectValue> = {
  name: 'project',
  plural: 'projects',
  shape: 'projectValue',
  id: ({ name }) => name,
  defaults: [
    'name',
    'status',
    'dcfValuation',
    'year3Revenue',
    'roiScore',
    'roiNet',
    'openBugs',
    'revenueAtRisk',
    'costOfDelay',
  ],
  fields: [
    { name: 'name', header: 'PROJECT', shrink: 1 },
    { name: 'status', header: 'STATUS', omit: 5 },
    {
      name: 'dcfValuation',
      header: 'VALUATION',
      text: ({ dcfValuation }) => amount(dcfValuation),
      align: 'right',
    },
    {
      name: 'year3Revenue',
      header: 'YEAR 3',
      text: ({ year3Revenue }) => amount(year3Revenue),
      align: 'right',
      omit: 2,
    },
    { name: 'arr', header: 'ARR', text: ({ arr }) => amount(arr), align: 'right' },
    {
      name: 'monthlyInfraCost',
      header: 'COST/MONTH',
      text: ({ monthlyInfraCost }) => amount(monthlyInfraCost),
      align: 'right',
    },
    { name: 'roiScore', header: 'ROI', align: 'right', omit: 6 },
    { name: 'roiNet', header: 'ROI NET', align: 'right', omit: 1 },
    { name: 'openBugs', header: 'OPEN', align: 'right', omit: 7 },
    {
      name: 'revenueAtRisk',
      header: 'AT RISK/DAY',
      text: ({ revenueAtRisk }) => amount(revenueAtRisk),
      align: 'right',
      omit: 4,
    },
    {
      name: 'costOfDelay',
      header: 'DELAY COST',
      text: ({ costOfDelay }) => amount(costOfDelay),
      align: 'right',
      omit: 3,
    },
    { name: 'currentMilestone', header: 'MILESTONE', align: 'right' },
    { name: 'totalMilestones', header: 'OF', align: 'right' },
    { name: 'id', header: 'ID' },
  ],
}
