import type { RecordView } from '../output/field.js'
import type { FoundProject } from '../shapes/project.js'
import { projectView } from './project.js'

export const foundProjectView: RecordView<FoundProject> = {
  ...(projectView as RecordView<FoundProject>),
  shape: 'foundProject',
  defaults: ['name', 'score', 'status', 'language', 'tags', 'bugs.open', 'description'],
  fields: [
    ...projectView.fields,
    { name: 'score', header: 'SCORE', text: ({ score }) => score.toFixed(2), align: 'right' },
  ],
}
