import type { RecordView } from '../output/field.js'
import type { ProjectDay } from '../shapes/metric-report.js'

export const projectDayView: RecordView<ProjectDay> = {
  name: 'day',
  plural: 'days',
  shape: 'projectDay',
  id: ({ project, date }) => `${project} ${date}`,
  defaults: ['date', 'project', 'commitsCount', 'contributors', 'linesOfCode', 'healthScore'],
  fields: [
    { name: 'date', header: 'DAY' },
    { name: 'project', header: 'PROJECT', shrink: 1, least: 8 },
    { name: 'commitsCount', header: 'COMMITS', align: 'right', omit: 3 },
    { name: 'contributors', header: 'PEOPLE', align: 'right', omit: 1 },
    { name: 'linesOfCode', header: 'LINES', align: 'right', omit: 2 },
    { name: 'healthScore', header: 'HEALTH', align: 'right' },
    { name: 'techStack', header: 'STACK', shrink: 2 },
  ],
}
