import { expect, test } from 'vitest'
import type { Source } from '../../../src/importers/csv/source.js'
import { readRecords } from '../../../src/importers/delivery/read-records.js'

/** What is read of a file that arrives in pieces of some bytes. */
async function read(text: string, piece = 3): Promise<unknown[]> {
  const bytes = Buffer.from(text)
  const source = {
    name: 'events.json',
    async *read() {
      for (let at = 0; at < bytes.length; at += piece)
        yield await Promise.resolve(bytes.subarray(at, at + piece))
    },
  } as unknown as Source
  const records: unknown[] = []
  for await (const { line, value, problem } of readRecords(source))
    records.push(problem === null ? [line, value] : line)
  return records
}

const list = [{ a: 1 }, { a: 'ü' }]
const both = [
  [1, { a: 1 }],
  [2, { a: 'ü' }],
]

test.each([
  ['one value a line', '{"a":1}\n{"a":"ü"}\n'],
  ['lines of Windows, with a byte order mark', '\ufeff{"a":1}\r\n{"a":"ü"}\r\n'],
  ['a list in many lines', JSON.stringify(list, null, 2)],
  ['a list after a byte order mark and an empty line', `\ufeff\n${JSON.stringify(list, null, 2)}\n`],
])('%s', async (_, text) => {
  expect(await read(text)).toEqual(both)
})

test('a list in one line, as gh api prints it', async () => {
  const expected = list.map((value) => [1, value])
  expect(await read(JSON.stringify(list))).toEqual(expected)
  expect(await read(`${JSON.stringify(list)}\n[]\n[{"b":2}]\n`)).toEqual([...expected, [3, { b: 2 }]])
})

test('a line that is cut off is a problem, and the others are read', async () => {
  expect(await read('{"a":\n\n{"a":1}\n')).toEqual([1, [3, { a: 1 }]])
  expect(await read('\n{"a":1}\n[2')).toEqual([[2, { a: 1 }], 3])
})
