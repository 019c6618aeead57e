import { counted } from '../domain/counted.js'
import { projectStatuses } from '../domain/project.js'
import type { Field, RecordView } from '../output/field.js'
import { amountText } from '../output/number-text.js'
import type { Overview, RankedProject } from '../shapes/overview.js'
import { amount } from './amount.js'

export const overviewView: RecordView<Overview> = {
  name: 'overview',
  plural: 'overviews',
  shape: 'overview',
  id: ({ asOf }) => asOf.toISOString(),
  defaults: [],
  fields: [
    {
      name: 'projects',
      header: 'PROJECTS',
      flat: ({ projects }) => projects.total,
      text: ({ projects: { total, byStatus } }) =>
        `${total}: ${projectStatuses.map((status) => `${byStatus[status]} ${status}`).join(', ')}`,
    },
    sumField('arr', 'ARR'),
    sumField('year1Revenue', 'REVENUE YEAR 1'),
    sumField('year3Revenue', 'REVENUE YEAR 3'),
    sumField('dcfValuation', 'DCF VALUATION'),
    sumField('monthlyInfraCost', 'INFRA/MONTH'),
    {
      name: 'weightedRoi',
      header: 'ROI',
      flat: ({ weightedRoi }) => weightedRoi.value,
      text: ({ weightedRoi: { value, n } }) =>
        value === null ? '—' : `${value}, weighted by revenue of year 3 (${counted(n, 'project')})`,
    },
    {
      name: 'milestones',
      header: 'MILESTONES',
      flat: ({ milestones: { reached, total } }) => `${reached}/${total}`,
      text: ({ milestones: { reached, total } }) => `${reached} of ${total}`,
    },
    { name: 'openBugs', header: 'OPEN BUGS' },
    { name: 'slaBreaches', header: 'SLA BREACHES' },
    sumField('revenueAtRisk', 'AT RISK/DAY'),
    rankingField('top', 'BEST ROI', ({ roiScore }) => roiScore ?? ''),
    rankingField('bottom', 'WORST ROI', ({ roiScore }) => roiScore ?? ''),
    rankingField('mostAtRisk', 'MOST AT RISK', ({ revenueAtRisk }) => amount(revenueAtRisk)),
    { name: 'currency', header: 'CURRENCY' },
    { name: 'asOf', header: 'AS OF' },
  ],
}

type SumName = 'arr' | 'year1Revenue' | 'year3Revenue' | 'dcfValuation' | 'monthlyInfraCost' | 'revenueAtRisk'

type RankingName = 'top' | 'bottom' | 'mostAtRisk'

function sumField(name: SumName, header: string): Field<Overview> {
  const unit = name === 'revenueAtRisk' ? 'bug' : 'project'
  return {
    name,
    header,
    flat: (overview) => overview[name].value,
    text: ({ currency, [name]: { value, n } }) =>
      value === null ? '—' : `${currency} ${amountText(value)} (${counted(n, unit)})`,
  }
}

function rankingField(
  name: RankingName,
  header: string,
  figure: (project: RankedProject) => string,
): Field<Overview> {
  return {
    name,
    header,
    flat: (overview) => overview[name].map((project) => project.name).join(','),
    text: (overview) => rankingText(overview[name], figure),
  }
}

function rankingText(projects: readonly RankedProject[], figure: (project: RankedProject) => string): string {
  if (projects.length === 0) return '—'
  const width = Math.max(...projects.map((project) => figure(project).length))
  return projects
    .map((project) => {
      const bugs = counted(project.openBugs, 'open bug')
      return `${figure(project).padStart(width)}  ${project.name} (${project.status}, ${bugs})`
    })
    .join('\n')
}
