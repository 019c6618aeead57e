import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'
import { archiveHour as archive, archiveLines, exampleDeliveries } from '../../helpers/event-inputs.js'
import { factQuestions } from '../../helpers/fact-questions.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

/** Everything that derives from events, as text. */
async function facts(): Promise<string[]> {
  const found: string[] = []
  for (const [name, sql] of Object.entries(factQuestions)) {
    const rows = await db.sql<{ row: string }>(`SELECT row_to_json(q)::text AS row FROM (${sql}) q`)
    found.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  return found.sort()
}

async function counts(): Promise<Record<string, number>> {
  const [row] = await db.sql<Record<string, number>>(`
    SELECT
      (SELECT count(*)::int FROM events) AS events,
      (SELECT count(*)::int FROM pull_requests) AS "pullRequests",
      (SELECT count(*)::int FROM pull_requests WHERE detail = 'partial') AS partial,
      (SELECT count(*)::int FROM pull_requests WHERE state = 'merged') AS merged,
      (SELECT count(*)::int FROM issues) AS issues,
      (SELECT count(*)::int FROM pull_request_reviews) AS responses,
      (SELECT count(DISTINCT sha)::int FROM commits) AS shas`)
  return row ?? {}
}

describe.skipIf(!existsSync(archive))('an hour of GH Archive', () => {
  test('becomes the facts that jq counts', { timeout: 120_000 }, async () => {
    const { stdout, stderr, exitCode } = await cto(db, 'events', 'ingest', archive, '--all', '--json')
    expect([stderr.replace(/^target: .*\n/, ''), exitCode]).toEqual(['', 0])
    expect(JSON.parse(stdout)).toMatchObject({
      data: { events: 7702, stored: 7702, rejected: 0, unknown: 0 },
    })
    expect(await counts()).toEqual({
      events: 7702,
      pullRequests: 386,
      partial: 128,
      merged: 126,
      issues: 588,
      responses: 735,
      shas: 7233,
    })
    const byName = await db.sql<{ name: string; n: number }>(
      'SELECT name, count(*)::int AS n FROM events GROUP BY 1 ORDER BY 1',
    )
    expect(Object.fromEntries(byName.map(({ name, n }) => [name, n]))).toEqual(countedByJq())
  })

  /** By type, from the file itself. */
  function countedByJq(): Record<string, number> {
    const { stdout } = spawnSync('jq', ['-r', '.type'], {
      input: archiveLines().join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    const found: Record<string, number> = {}
    for (const type of stdout.trim().split('\n')) {
      const name = type
        .replace(/Event$/, '')
        .replace(/\B[A-Z]/g, '_$&')
        .toLowerCase()
      found[name] = (found[name] ?? 0) + 1
    }
    return found
  }
})

async function ingest(lines: readonly string[], name = 'events.jsonl'): Promise<void> {
  await writeFile(path.join(db.folder, name), lines.map((line) => `${line}\n`).join(''))
  const { stderr, exitCode } = await cto(db, 'events', 'ingest', name, '--all')
  expect([stderr.replace(/^target: .*\n/, ''), exitCode]).toEqual(['', 0])
}

/** The same order for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return [state, item] as const
  })
  return keyed.sort(([a], [b]) => a - b).map(([, item]) => item)
}

function cut<T>(items: readonly T[], pieces: number): T[][] {
  const size = Math.ceil(items.length / pieces)
  const found = Array.from({ length: pieces }, (_, at) => items.slice(at * size, (at + 1) * size))
  return found.filter((piece) => piece.length > 0)
}

async function forget(): Promise<void> {
  await db.sql('TRUNCATE organizations, repositories, accounts, events CASCADE')
}

describe('the payloads of GitHub', () => {
  const deliveries = exampleDeliveries()

  test('give the same rows in any order, doubled, and cut into pieces', { timeout: 240_000 }, async () => {
    expect(deliveries.length).toBe(329)
    await ingest(deliveries)
    const expected = await facts()
    expect(new Set(expected.map((row) => row.split(' ')[0])).size).toBe(9)
    for (const [seed, pieces] of [
      [1, 1],
      [2, 5],
      [3, 40],
    ] as const) {
      await forget()
      for (const piece of cut(shuffled([...deliveries, ...deliveries], seed), pieces)) await ingest(piece)
      expect(await facts()).toEqual(expected)
    }
  })

  test('twice: the second time nothing is new', async () => {
    await ingest(deliveries)
    const expected = await facts()
    const { stdout } = await cto(db, 'events', 'ingest', 'events.jsonl', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { events: 329, stored: 0, duplicates: 329 } })
    expect(await facts()).toEqual(expected)
  })
})

describe.skipIf(!existsSync(archive))('the archive', () => {
  test('gives the same rows in any order, doubled, and cut into pieces', { timeout: 240_000 }, async () => {
    const lines = archiveLines().slice(0, 1500)
    await ingest(lines)
    const expected = await facts()
    await forget()
    for (const piece of cut(shuffled([...lines, ...lines.slice(0, 500)], 7), 3)) await ingest(piece)
    expect(await facts()).toEqual(expected)
  })
})

test('a rejected record of a folder carries the path of its file in the folder; a folder without files is refused', async () => {
  for (const place of ['in/a', 'in/b', 'empty']) await mkdir(path.join(db.folder, place), { recursive: true })
  await writeFile(path.join(db.folder, 'in/a/monday.jsonl'), '{"headers": {}}\n')
  await writeFile(path.join(db.folder, 'in/b/monday.jsonl'), '\n\n{"headers": {}}\n')
  const { exitCode, stdout } = await cto(db, 'events', 'ingest', 'in', '--json')
  expect(exitCode).toBe(5)
  const { problems } = (JSON.parse(stdout) as { data: { problems: string[] } }).data
  expect(problems.map((problem) => problem.replace(/: .*/, ''))).toEqual([
    'a/monday.jsonl:1',
    'b/monday.jsonl:3',
  ])
  for (const noun of ['events', 'sessions']) {
    const none = await cto(db, noun, 'ingest', 'empty')
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      expect.stringContaining('"empty" holds no file that ends in .json'),
    ])
  }
})
