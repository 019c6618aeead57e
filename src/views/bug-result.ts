import type { RecordView } from '../output/field.js'
import type { BugResult } from '../shapes/bug-result.js'

/** How the result of one of several is printed. */
export const bugResultView: RecordView<BugResult> = {
  name: 'result',
  plural: 'results',
  shape: 'bugResult',
  id: ({ name }) => name,
  defaults: ['name', 'result', 'error.message'],
  fields: [
    { name: 'name', header: 'BUG' },
    { name: 'result', header: 'RESULT' },
    { name: 'error.message', header: 'WHY NOT', shrink: 1 },
    { name: 'error.hint', header: 'FIX', shrink: 2 },
    { name: 'error.code', header: 'CODE' },
    { name: 'error', header: 'ERROR', flat: ({ error }) => error?.message ?? null, shrink: 1 },
    { name: 'bug', header: 'BUG', flat: ({ bug }) => bug?.bugNumber ?? null },
  ],
}
