import { describe, expect, it } from 'vitest'
import { outlineImport, type ImportRequest } from '../../src/importers/file/outline.js'
import { parseMappingFlags } from '../../src/importers/map/mapping-flags.js'
import type { MaxErrors } from '../../src/importers/file/max-errors.js'
import { openSource, type Source } from '../../src/importers/csv/source.js'
import { tryBeginning } from '../../src/importers/file/trial.js'
import { withFile } from '../helpers/csv-import.js'

const text = 'lorem ipsum '.repeat(12)

function file(rows: number, cells: (n: number) => string): string {
  const body = Array.from({ length: rows }, (_, n) => `A-${n},${cells(n)},${text}\n`)
  return `Issue key,Summary,Status,Created,Description\n${body.join('')}`
}

interface Flags extends Partial<ImportRequest> {
  maxErrors?: MaxErrors
  mayAsk?: boolean
}

/** The problem found in the beginning of a file, and how much of it was read. */
async function tried(content: string, { maxErrors, mayAsk = false, ...request }: Flags = {}) {
  return withFile(content, async (path) => {
    const source = await openSource(path, { stdin: (async function* () {})() })
    const read = { bytes: 0 }
    try {
      const mapping = parseMappingFlags({ from: 'jira' })
      const counted = counting(source, read)
      const outline = await outlineImport(counted, {
        zone: 'UTC',
        now: new Date('2027-01-01'),
        mapping,
        ...request,
        type: 'bugs',
      })
      const refusal = await tryBeginning(outline, { maxErrors, mayAsk })
      return { message: refusal?.error.message ?? null, share: read.bytes / source.bytes }
    } finally {
      await source.close()
    }
  })
}

function counting(source: Source, read: { bytes: number }): Source {
  return {
    ...source,
    sample: async (offset, length) => {
      read.bytes += length
      return source.sample(offset, length)
    },
    read: async function* (options) {
      for await (const chunk of source.read(options)) {
        read.bytes += chunk.length
        yield chunk
      }
    },
  }
}

describe('the beginning of a file of 164,000 records', () => {
  it.each([
    ['unknown words', (n: number) => `x,nonsense ${n},2026-01-31`],
    ['no dates', () => 'x,Open,someday'],
    ['dates in every second record only', (n: number) => `x,Open,${n % 2 === 0 ? '2026-01-31' : 'someday'}`],
    ['dates written in two ways', (n: number) => `x,Open,${n % 2 === 0 ? '2026-01-31' : '31/01/2026'}`],
    ['no titles', () => ',Open,2026-01-31'],
  ])('shows that it is of the wrong kind: %s', async (_, cells) => {
    const { message, share } = await tried(file(164_000, cells))
    expect(message).toMatch(/^\d+ of 1\d{3} records rejected; nothing was written$/)
    expect(share).toBeLessThan(0.1)
  })
})

describe('the beginning of a file', () => {
  const rows = 5000
  const nothing = { message: null }

  it('rejects the file only if it has many more errors than allowed', async () => {
    const sound = (share: number) => file(rows, (n) => `x,${n % 100 < share ? 'Odd' : 'Open'},2026-01-31`)
    expect(await tried(sound(35))).toMatchObject(nothing)
    expect(await tried(sound(45))).not.toMatchObject(nothing)
    expect(await tried(sound(45), { maxErrors: { percent: 30 } })).toMatchObject(nothing)
    expect(await tried(sound(100), { maxErrors: { percent: 100 } })).toMatchObject(nothing)
    expect(await tried(sound(5), { maxErrors: { count: 0 } })).toMatchObject(nothing)
    expect(await tried(sound(100), { maxErrors: { count: 5000 } })).toMatchObject(nothing)
    expect(await tried(sound(100), { maxErrors: { count: 500 } })).not.toMatchObject(nothing)
  })

  it('does not count what can still be resolved', async () => {
    const words = file(rows, (n) => `x,Odd ${n},2026-01-31`)
    expect(await tried(words, { mayAsk: true })).toMatchObject(nothing)
    expect(await tried(words, { onUnknown: 'default' })).toMatchObject(nothing)
    const order = file(rows, (n) => `x,Open,0${(n % 9) + 1}/0${((n + 3) % 9) + 1}/2024`)
    expect(await tried(order)).toMatchObject(nothing)
    const repeated = file(rows, () => 'x,Open,2026-01-31').replaceAll(
      /^A-\d+,x,Open/gm,
      (cells, at: number) => (at % 2 === 0 ? cells : 'A-1,x,Odd'),
    )
    expect(await tried(repeated)).toMatchObject(nothing)
  })

  it('is the whole of a short one, which reports its problems in the import itself', async () => {
    expect(await tried(file(1500, () => 'x,Odd,2026-01-31'))).toMatchObject(nothing)
  })
})
