import { isLikelyData } from './shapes.js'

/** A headerless export whose columns are known. */
export interface Layout {
  name: string
  columns: readonly string[]
  matches: (row: readonly string[]) => boolean
}

const number = /^\d+$/
const upperCase = /^[A-Z_-]*$/

/** Columns have headers of the presets, so that a layout is mapped like any other file. */
export const layouts: readonly Layout[] = [
  {
    name: 'gh issue list',
    columns: ['number', 'state', 'title', 'labels', 'updated_at'],
    matches: ([id = '', state = '', , , updated = '', ...more]) =>
      more.length === 0 && number.test(id) && /^(?:open|closed)$/i.test(state) && isLikelyData(updated),
  },
  {
    name: 'Bugzilla buglist',
    columns: ['Bug ID', 'Product', 'Component', 'Assignee', 'Status', 'Resolution', 'Summary', 'Changed'],
    matches: ([id = '', , , , status = '', resolution = '', , changed = '', ...more]) =>
      more.length === 0 &&
      number.test(id) &&
      status !== '' &&
      upperCase.test(status) &&
      upperCase.test(resolution) &&
      isLikelyData(changed),
  },
]
