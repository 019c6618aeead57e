import { counted } from '../domain/counted.js'
import { severities, statuses } from '../domain/bug.js'
import type { Project } from '../data/projects/projects.js'
import type { ProjectWithBugs } from '../data/projects/project-with-bugs.js'
import type { Field, RecordView } from '../output/field.js'
import { amount } from './amount.js'

const fields: readonly Field<Project>[] = [
  { name: 'name', header: 'PROJECT', shrink: 2, least: 12 },
  { name: 'status', header: 'STATUS', omit: 4 },
  { name: 'roiScore', header: 'ROI', align: 'right', omit: 2 },
  { name: 'bugs.open', header: 'OPEN BUGS', align: 'right' },
  {
    name: 'bugs.bySeverity.critical',
    header: 'CRITICAL',
    align: 'right',
    text: ({ bugs }, { style }) => alarming(bugs.bySeverity.critical, (text) => style.danger(text)),
  },
  {
    name: 'bugs.slaBreaches',
    header: 'SLA BREACHES',
    align: 'right',
    omit: 5,
    text: ({ bugs }, { style }) => alarming(bugs.slaBreaches, (text) => style.danger(text)),
  },
  {
    name: 'bugs.revenueAtRisk',
    header: 'AT RISK/DAY',
    text: ({ bugs }) => amount(bugs.revenueAtRisk),
    align: 'right',
    omit: 3,
  },
  { name: 'language', header: 'LANGUAGE', omit: 1 },
  { name: 'description', header: 'DESCRIPTION', shrink: 0 },
  { name: 'githubUrl', header: 'GITHUB', shrink: 1 },
  { name: 'demoUrl', header: 'DEMO', shrink: 1 },
  { name: 'tags', header: 'TAGS', shrink: 1 },
  { name: 'stars', header: 'STARS', align: 'right' },
  { name: 'forks', header: 'FORKS', align: 'right' },
  { name: 'lastCommit', header: 'LAST COMMIT' },
  { name: 'arr', header: 'ARR', text: ({ arr }) => amount(arr), align: 'right' },
  {
    name: 'year1Revenue',
    header: 'REVENUE YEAR 1',
    text: ({ year1Revenue }) => amount(year1Revenue),
    align: 'right',
  },
  {
    name: 'year3Revenue',
    header: 'REVENUE YEAR 3',
    text: ({ year3Revenue }) => amount(year3Revenue),
    align: 'right',
  },
  { name: 'dcfValuation', header: 'DCF', text: ({ dcfValuation }) => amount(dcfValuation), align: 'right' },
  {
    name: 'monthlyInfraCost',
    header: 'INFRA/MONTH',
    text: ({ monthlyInfraCost }) => amount(monthlyInfraCost),
    align: 'right',
  },
  { name: 'tam', header: 'TAM', text: ({ tam }) => amount(tam), align: 'right' },
  { name: 'sam', header: 'SAM', text: ({ sam }) => amount(sam), align: 'right' },
  { name: 'somYear3', header: 'SOM YEAR 3', text: ({ somYear3 }) => amount(somYear3), align: 'right' },
  { name: 'tractionMrr', header: 'MRR', text: ({ tractionMrr }) => amount(tractionMrr), align: 'right' },
  { name: 'marginPercent', header: 'MARGIN %', align: 'right' },
  { name: 'complexity', header: 'COMPLEXITY', align: 'right' },
  { name: 'clientAppeal', header: 'APPEAL', align: 'right' },
  { name: 'currentMilestone', header: 'MILESTONE', align: 'right' },
  { name: 'totalMilestones', header: 'OF', align: 'right' },
  { name: 'bugs', header: 'BUGS' },
  {
    name: 'bugs.bySeverity',
    header: 'OPEN BY SEVERITY',
    text: ({ bugs }) => countsText(bugs.bySeverity, severities),
  },
  { name: 'bugs.bySeverity.high', header: 'HIGH', align: 'right' },
  { name: 'bugs.bySeverity.medium', header: 'MEDIUM', align: 'right' },
  { name: 'bugs.bySeverity.low', header: 'LOW', align: 'right' },
  { name: 'bugs.byStatus', header: 'BY STATUS', text: ({ bugs }) => countsText(bugs.byStatus, statuses) },
  { name: 'latestMetrics', header: 'LATEST METRICS', text: ({ latestMetrics }) => dayText(latestMetrics) },
  { name: 'latestMetrics.date', header: 'METRICS OF' },
  { name: 'latestMetrics.commitsCount', header: 'COMMITS', align: 'right' },
  { name: 'latestMetrics.contributors', header: 'CONTRIBUTORS', align: 'right' },
  { name: 'latestMetrics.linesOfCode', header: 'LINES', align: 'right' },
  { name: 'latestMetrics.healthScore', header: 'HEALTH', align: 'right' },
  { name: 'createdAt', header: 'CREATED' },
  { name: 'updatedAt', header: 'UPDATED' },
  { name: 'importId', header: 'IMPORT ID' },
  { name: 'id', header: 'ID' },
]

/** How a project is printed in a list. */
export const projectView: RecordView<Project> = {
  name: 'project',
  plural: 'projects',
  shape: 'project',
  id: ({ name }) => name,
  defaults: [
    'name',
    'status',
    'roiScore',
    'bugs.open',
    'bugs.bySeverity.critical',
    'bugs.slaBreaches',
    'bugs.revenueAtRisk',
    'language',
  ],
  fields,
}

/** How a project is printed on its own. */
export const projectWithBugsView: RecordView<ProjectWithBugs> = {
  ...projectView,
  shape: 'projectWithBugs',
  fields: [
    ...fields,
    {
      name: 'openBugs',
      header: 'OPEN BUGS',
      flat: ({ openBugs }) => openBugs.map(({ bugNumber }) => bugNumber).join(','),
      text: openBugLines,
    },
  ],
  card: [
    ...[
      'name',
      'description',
      'status',
      'language',
      'tags',
      'githubUrl',
      'demoUrl',
      'stars',
      'forks',
      'lastCommit',
    ],
    ...['arr', 'year1Revenue', 'year3Revenue', 'roiScore', 'dcfValuation', 'monthlyInfraCost'],
    ...['tam', 'sam', 'somYear3', 'tractionMrr', 'marginPercent', 'complexity', 'clientAppeal'],
    ...['currentMilestone', 'totalMilestones', 'latestMetrics', 'bugs.revenueAtRisk', 'bugs.slaBreaches'],
    ...['createdAt', 'updatedAt', 'id', 'bugs.byStatus', 'bugs.bySeverity', 'openBugs'],
  ],
}

function alarming(count: number, alarm: (text: string) => string): string {
  return count > 0 ? alarm(String(count)) : '0'
}

/** `2 critical, 1 low`, in the order of the words. */
function countsText<Word extends string>(counts: Record<Word, number>, words: readonly Word[]): string {
  const present = words.filter((word) => counts[word] > 0)
  return present.length === 0 ? 'none' : present.map((word) => `${counts[word]} ${word}`).join(', ')
}

function dayText(day: Project['latestMetrics']): string {
  if (!day) return '—'
  const { date, commitsCount, contributors, linesOfCode, healthScore } = day
  const known = [
    commitsCount === null || contributors === null
      ? []
      : [`${counted(commitsCount, 'commit')} by ${contributors}`],
    linesOfCode === null ? [] : [counted(linesOfCode, 'line')],
    healthScore === null ? [] : [`health ${healthScore}`],
  ]
  return `${date}: ${known.flat().join(', ') || '—'}`
}

/** A line each, and how many more there are. */
function openBugLines({ openBugs, bugs }: ProjectWithBugs): string {
  if (bugs.open === 0) return 'none'
  const lines = openBugs.map(
    ({ bugNumber, severity, title }) => `${bugNumber}  ${severity.padEnd(8)}  ${title}`,
  )
  const rest = bugs.open - openBugs.length
  return [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n')
}
