import { empty, type RecordView } from '../output/field.js'
import { percent } from '../output/number-text.js'
import type { TeamMember } from '../shapes/metric-report.js'
import { personBrief } from './person.js'
import { amount, duration } from './amount.js'

export const teamMemberView: RecordView<TeamMember> = {
  name: 'person',
  plural: 'people',
  shape: 'teamMember',
  id: ({ email }) => email,
  defaults: [
    'email',
    'resolved',
    'medianResolution',
    'slaCompliance',
    'open',
    'points',
    'atRisk',
    'breached',
    'estimatedHours',
    'revenueAtRisk',
  ],
  fields: [
    { name: 'email', header: 'PERSON', brief: personBrief, shrink: 1 },
    { name: 'name', header: 'NAME', shrink: 2 },
    { name: 'resolved', header: 'DONE', align: 'right' },
    {
      name: 'medianResolution',
      header: 'MEDIAN',
      text: ({ medianResolution }) => duration(medianResolution),
      align: 'right',
      omit: 7,
    },
    {
      name: 'slaCompliance',
      header: 'SLA KEPT',
      text: ({ slaCompliance }) => (slaCompliance === null ? empty : percent(slaCompliance)),
      align: 'right',
      omit: 5,
    },
    { name: 'slaJudged', header: 'OF', align: 'right' },
    { name: 'open', header: 'OPEN', align: 'right' },
    { name: 'points', header: 'POINTS', align: 'right', omit: 4 },
    { name: 'atRisk', header: 'AT RISK', align: 'right', omit: 3 },
    { name: 'breached', header: 'BREACHED', align: 'right', omit: 6 },
    { name: 'estimatedHours', header: 'ESTIMATE H', align: 'right', omit: 1 },
    {
      name: 'revenueAtRisk',
      header: 'AT RISK/DAY',
      text: ({ revenueAtRisk }) => amount(revenueAtRisk),
      align: 'right',
      omit: 2,
    },
    { name: 'id', header: 'ID' },
  ],
}
