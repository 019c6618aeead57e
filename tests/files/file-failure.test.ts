import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileFailure, systemReason } from '../../src/files/file-failure.js'

const root = mkdtempSync(path.join(tmpdir(), 'cto-failures-'))
afterAll(() => {
  rmSync(root, { recursive: true })
})

const file = path.join(root, 'report.html')

/** What Node throws for the temporary file beside it. */
function nodeError(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}, open '${file}.42.partial'`), { code })
}

test.each([
  ['EACCES', 'permission denied', 'NOT_PERMITTED', `${file} cannot be used`],
  ['EROFS', 'read-only file system', 'NOT_PERMITTED', `${file} cannot be used`],
  ['ENOSPC', 'no space left on device', 'DISK_FULL', `${file} could not be written`],
  ['ENAMETOOLONG', 'name too long', 'BAD_FILE', `${file} cannot be opened`],
])('%s names the file of the user, and no temporary one', (code, text, ours, message) => {
  expect(fileFailure(nodeError(code, text), file)).toMatchObject({
    code: ours,
    message,
    reason: `${code}: ${text}`,
  })
})

test('a missing folder is named, by the error of Node itself', () => {
  const below = path.join(root, 'nowhere', 'report.html')
  const opened = () => openSync(`${below}.42.partial`, 'wx')
  expect(opened).toThrow('ENOENT')
  try {
    opened()
  } catch (error) {
    expect(systemReason(error, below)).toBe(`the folder ${path.dirname(below)} does not exist`)
  }
})
