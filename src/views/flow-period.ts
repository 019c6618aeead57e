import { minuteIn, type RecordView } from '../output/field.js'
import type { FlowPeriod } from '../shapes/metric-report.js'

export const flowPeriodView: RecordView<FlowPeriod> = {
  name: 'period',
  plural: 'periods',
  shape: 'flowPeriod',
  id: ({ from }) => from.toISOString(),
  defaults: ['from', 'created', 'reopened', 'resolved', 'deleted', 'net', 'backlog', 'open', 'deferred'],
  fields: [
    { name: 'from', header: 'FROM', text: ({ from }, { zone }) => startText(from, zone) },
    { name: 'to', header: 'TO' },
    { name: 'created', header: 'NEW', align: 'right' },
    { name: 'reopened', header: 'REOPENED', align: 'right', omit: 3 },
    { name: 'resolved', header: 'DONE', align: 'right' },
    { name: 'deleted', header: 'DELETED', align: 'right', omit: 1 },
    { name: 'net', header: 'NET', align: 'right', omit: 4 },
    { name: 'backlog', header: 'BACKLOG', align: 'right' },
    { name: 'open', header: 'OPEN', align: 'right', omit: 5 },
    { name: 'deferred', header: 'DEFERRED', align: 'right', omit: 2 },
  ],
}

/** The day alone where the period begins with it. */
function startText(from: Date, zone: string): string {
  return minuteIn(zone, from).replace(/ 00:00$/, '')
}
