import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CtoError } from '../../src/errors.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

/*
 * Randomly damaged files: each is imported with all records counted, or rejected with a reason. A minute of
 * it, with seeds from the clock: CTO_FUZZ_SECONDS=60 npx vitest run --project unit tests/importers/fuzz.test.ts
 */

const seconds = Number(process.env['CTO_FUZZ_SECONDS'] ?? 0)
const patienceMs = 5000

const small = lines(
  'Issue key,Summary,Description,Priority,Status,Created,Resolved,Comment,Comment',
  'A-1,"Checkout, slow","two\nlines",Highest,Open,30/Sep/21 17:20,,one,"2 ""quoted"""',
  'A-2,Größe 🐛,,Low,Closed,01/Oct/21 09:05,02/Oct/21 10:00,,',
  'A-3,Search finds nothing,x,Major,In Progress,13/Oct/21 09:05,,,',
)
const folder = path.resolve('../shared/data/bugs')
const real = ['jira-cloud.csv', 'linear.csv', 'bugzilla-seamonkey.csv']
  .map((name) => path.join(folder, name))
  .filter((file) => existsSync(file))
  .map((file) => readFileSync(file).subarray(0, 20_000))
const corpus = [Buffer.from(small), ...real]

const hostile = [
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  ',',
  ';',
  '\t',
  '|',
  '\0',
  '\ufeff',
  '--',
  '\u2028',
  '9'.repeat(40),
  '=1+1',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff, 0xfe]), Buffer.from([0xc3]), Buffer.from([0xed, 0xa0, 0x80])])

function damage(seed: number): { content: Buffer; flags: Parameters<typeof importText>[2] } {
  const random = mulberry(seed)
  let content = corpus[random(corpus.length)] ?? Buffer.from(small)
  for (let times = random(8); times >= 0; times -= 1) {
    const [from, to] = [random(content.length + 1), random(content.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ]
    const short = Math.min(to, from + random(60))
    const piece = hostile[random(hostile.length)] ?? Buffer.alloc(0)
    const parts = [
      () => [content.subarray(0, from), piece, content.subarray(from)],
      () => [content.subarray(0, from), content.subarray(short)],
      () => [content.subarray(0, from), content.subarray(from, short), content.subarray(from)],
      () => [content.subarray(0, from), Buffer.from([random(256)]), content.subarray(from + 1)],
      () => [content.subarray(0, from)],
    ]
    content = Buffer.concat((parts[random(parts.length)] ?? (() => [content]))())
  }
  const flags = [
    {},
    {},
    { dialect: { delimiter: [',', ';', '\t', '|'][random(4)] } },
    { dialect: { quote: ['none', "'"][random(2)] } },
    { dialect: { skip: random(3), footer: random(3) } },
    { encoding: ['windows-1252', 'utf-16le', 'utf-8'][random(3)] },
    { pad: true, onUnknown: 'default' as const, maxErrors: { percent: 100 } },
  ]
  return { content, flags: flags[random(flags.length)] }
}

async function survive(seed: number): Promise<void> {
  const { content, flags } = damage(seed)
  const startedMs = performance.now()
  try {
    const { counts } = await importText('bugs', content, {
      maxErrors: { percent: 100 },
      batchSize: 7,
      ...flags,
    })
    const { records, created, rejected, skipped, duplicates } = counts
    expect(created + rejected + skipped + duplicates, `seed ${seed}`).toBe(records)
  } catch (error) {
    const isRefusal = error instanceof CtoError && !['ACCOUNTING', 'UNEXPECTED'].includes(error.code)
    if (!isRefusal) throw new Error(`seed ${seed}`, { cause: error })
  }
  expect(performance.now() - startedMs, `seed ${seed} takes long`).toBeLessThan(patienceMs)
}

/** A number below another, again and again, from one seed (mulberry32, public domain). */
function mulberry(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below)
  }
}

describe('a damaged file is imported or rejected, and never hangs', () => {
  test('with a hundred seeds', async () => {
    for (let seed = 1; seed <= 100; seed += 1) await survive(seed)
  })

  let tried = 0
  test(
    'for CTO_FUZZ_SECONDS',
    async ({ skip }) => {
      skip(seconds === 0, 'CTO_FUZZ_SECONDS is not set')
      const until = performance.now() + seconds * 1000
      for (let seed = Math.floor(Math.random() * 2 ** 31); performance.now() < until; seed += 1) {
        await survive(seed)
        tried += 1
      }
    },
    seconds * 1000 + 60_000,
  )
  afterAll(() => {
    if (tried > 0) console.log(`${tried} damaged files`)
  })
})
