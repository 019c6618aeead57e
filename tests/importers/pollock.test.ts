import { beforeAll, describe, expect, it } from 'vitest'
import { CtoError } from '../../src/errors.js'
import type { Rejects } from '../../src/importers/csv/rejects.js'
import { importText } from '../helpers/csv-import.js'
import { cleanFile, type PollutedFile, pollutedFiles } from '../helpers/pollutions.js'

/** With 83 these are all 2,290 files of the benchmark. */
const records = Number(process.env['CTO_TEST_POLLUTED_RECORDS'] ?? 12)

/**
 * `clean`: every record as in the clean file. `rejected`: some records are rejected, the others are as in the clean file.
 * `refused`: the import stops with a message. `misread`: a record differs or is neither imported nor rejected.
 */
type Outcome = 'clean' | 'rejected' | 'refused' | 'misread'

/** By key: the clean records. */
let clean: ReadonlyMap<string, unknown>
const outcomes = new Map<string, Outcome[]>()

async function read(text: string): Promise<{ bugs: ReadonlyMap<string, unknown>; rejected: string }> {
  let rejected = ''
  const rejects: Rejects = {
    add: ({ raw }) => {
      rejected += raw
      return Promise.resolve()
    },
    flush: async () => {},
    keep: () => Promise.resolve(null),
    discard: async () => {},
  }
  const imported = await importText('bugs', text, { rejects: () => rejects })
  return { bugs: new Map(imported.records.map((bug) => [bug.externalId, bug])), rejected }
}

async function outcomeOf({ text }: PollutedFile): Promise<Outcome> {
  const { bugs, rejected } = await read(text)
  for (const [key, bug] of bugs) expect(bug).toEqual(clean.get(key))
  for (const key of clean.keys()) {
    const isAccounted = bugs.has(key) || rejected.includes(key) || !text.includes(key)
    if (!isAccounted) return 'misread'
  }
  return rejected === '' ? 'clean' : 'rejected'
}

beforeAll(async () => {
  clean = (await read(cleanFile(records))).bugs
  expect(clean.size).toBe(records)
  for (const file of pollutedFiles(records)) {
    const outcome = await outcomeOf(file).catch((error: unknown): Outcome => {
      return error instanceof CtoError && error.exitCode === 2 ? 'refused' : 'misread'
    })
    outcomes.set(file.kind, [...(outcomes.get(file.kind) ?? []), outcome])
  }
}, 600_000)

describe('a polluted file of the Pollock benchmark', () => {
  it.each([
    ['the clean file', 'clean'],
    ['no payload', 'refused'],
    ['no trailing newline', 'clean'],
    ['double trailing newline', 'clean'],
    ['no header', 'refused'],
    ['header of two rows', 'clean'],
    ['header of three rows', 'clean'],
    ['preamble', 'clean'],
    ['second table, narrower', 'refused'],
    ['second table, as wide', 'clean'],
    ['second table, wider', 'refused'],
    ['header only', 'clean'],
    ['one record', 'clean'],
    ['separator too many in the header', 'clean'],
    ['separator missing in the header', 'clean'],
    ['quote too many in the header', 'clean'],
    ['spaces as separators in the header', 'refused'],
    ['separator too many in a record', 'rejected'],
    ['separator missing in a record', 'rejected'],
    ['quote too many in a record', 'rejected'],
    ['spaces as separators in a record', 'rejected'],
    ['records end with LF', 'clean'],
    ['records end with CR', 'clean'],
    ['semicolons', 'clean'],
    ['tabs', 'clean'],
    ['comma and space', 'clean'],
    ['spaces', 'refused'],
    ['single quotes', 'clean'],
    ['backslashes before quotes', 'refused'],
    ['nothing before quotes', 'refused'],
  ] as const)('with %s is %s', (kind, expected) => {
    expect(new Set(outcomes.get(kind))).toEqual(new Set([expected]))
  })

  it('is never misread', () => {
    expect([...outcomes].filter(([, all]) => all.includes('misread'))).toEqual([])
  })
})
