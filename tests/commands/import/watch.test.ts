import { expect, test } from 'vitest'
import type { Context, ProgressDisplay } from '../../../src/context.js'
import { startWatch } from '../../../src/commands/import/watch.js'

test('an import names its phases: importing with a share, then storing, then building indexes', () => {
  const seen: (string | undefined)[] = []
  const display: ProgressDisplay = {
    update: ({ note, share }) => seen.push(note ?? `${Math.round((share ?? 0) * 100)} %`),
    end: () => seen.push('end'),
  }
  const progress = (label: string) => {
    seen.push(label)
    return display
  }
  const watch = startWatch({ out: { progress } } as unknown as Context, 'bugs.csv', 'auto')
  const read = { totalBytes: 200, totalRecords: 2, rejected: 0 }
  watch.update({ ...read, bytes: 50, records: 1 })
  watch.update({ ...read, bytes: 200, records: 2 })
  watch.update({ ...read, bytes: 200, records: 2, rejected: 1 })
  watch.indexing()
  watch.end()
  expect(seen).toEqual([
    ...['importing bugs.csv', '25 %', 'storing', '1 rejected, storing', 'building indexes', 'end'],
  ])
})
