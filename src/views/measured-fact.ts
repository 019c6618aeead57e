import type { RecordView } from '../output/field.js'
import type { MeasuredFact } from '../shapes/metric-report.js'
import { measuredField } from './measured.js'

export const measuredFactView: RecordView<MeasuredFact> = {
  name: 'record',
  plural: 'records',
  shape: 'measuredFact',
  id: ({ name }) => name,
  defaults: ['kind', 'name', 'measured', 'at', 'title'],
  fields: [
    { name: 'kind', header: 'KIND', omit: 2 },
    { name: 'name', header: 'NAME' },
    measuredField,
    { name: 'at', header: 'AT', omit: 1 },
    { name: 'title', header: 'TITLE', shrink: 1 },
    { name: 'url', header: 'URL' },
    { name: 'id', header: 'ID' },
  ],
}
