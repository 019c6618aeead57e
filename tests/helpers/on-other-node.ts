import path from 'node:path'
import { beforeEach, inject } from 'vitest'

/**
 * Every end-to-end test starts cto with process.execPath, or with the `node` of the PATH: here that is another version.
 */
const node = inject('node')
if ('program' in node) {
  process.execPath = node.program
  process.env['PATH'] = `${path.dirname(node.program)}${path.delimiter}${process.env['PATH'] ?? ''}`
}

beforeEach(({ skip }) => {
  if ('missing' in node) skip(node.missing)
})
