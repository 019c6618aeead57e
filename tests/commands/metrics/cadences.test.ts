import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { dayMs, hourMs } from '../../../src/domain/duration.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import {
  exportAt,
  inventLives,
  inventOnce,
  randomFrom,
  shownAt,
  type Life,
} from '../../helpers/lives/life.js'
import { flowOf, monthOf, resolutionHours, verdictIn, type Window } from '../../helpers/lives/model.js'
import { Reader } from '../../helpers/lives/reader.js'

const db = useDatabase()

/** As in the specification with `CTO_TEST_LIVES=300`: the number of bugs, over four months instead of one and a half. */
const count = Number(process.env['CTO_TEST_LIVES'] ?? 40)

/** From October 2025, with a clock change in most zones, which must not matter. */
const firstDay = Date.UTC(2025, 9, 1) / dayMs
/** When everything is over: the last export, and the moment at which figures are asked for. */
const end = count < 300 ? Date.UTC(2025, 10, 15) : Date.UTC(2026, 1, 1)
const days = end / dayMs - firstDay
const months: readonly Window[] = [0, 1, 2, 3]
  .map((i) => ({ from: Date.UTC(2025, 9 + i, 1), to: Math.min(end, Date.UTC(2025, 10 + i, 1)) }))
  .filter(({ from, to }) => from < to)

const cadences: Record<string, (seed: number) => number[]> = {
  once: () => [end],
  daily: () => Array.from({ length: days }, (_, i) => (firstDay + i + 1) * dayMs),
  weekly: () => [
    ...Array.from({ length: Math.floor(days / 7) }, (_, i) => (firstDay + 7 * (i + 1)) * dayMs),
    end,
  ],
  monthly: () => months.map(({ to }) => to),
  'random days': (seed) => {
    const random = randomFrom(seed)
    return [
      ...Array.from({ length: days - 1 }, (_, i) => (firstDay + i + 1) * dayMs).filter(() => random() < 0.2),
      end,
    ]
  },
}

/** The export of a midnight shows the day that ended with it, and is imported two hours later. */
const shownBefore = (moment: number) => moment - 1000
const importedAt = (moment: number) => new Date(moment + 2 * hourMs)

describe('bugs that were only created and resolved once', () => {
  const lives = inventOnce({ seed: 11, count, from: firstDay, days })

  test.each(Object.keys(cadences))(
    'imported %s have the figures of their lives',
    async (cadence) => {
      await importAll(lives, momentsOf(cadence, 5))
      expect(await figures()).toEqual(figuresOf(lives))
    },
    300_000,
  )
})

describe('bugs with full lives', () => {
  const lives = inventLives({ seed: 12, count, from: firstDay, days })

  test.each(Object.keys(cadences))(
    'imported %s have the figures that their exports tell',
    async (cadence) => {
      const moments = momentsOf(cadence, 7)
      await importAll(lives, moments)
      const reader = new Reader()
      for (const moment of moments)
        reader.read(lives.flatMap((life) => shownAt(life, shownBefore(moment)) ?? []))
      const expected = figuresOf(reader.lives)
      expect(await figures()).toEqual(expected)
      // A step a day at the most: exports of every day tell all of it.
      if (cadence === 'daily') expect(expected).toEqual(figuresOf(lives))
    },
    300_000,
  )
})

test('undone in reverse order, every import is as if it had never been', async () => {
  const lives = inventLives({ seed: 13, count, from: firstDay, days })
  const before: unknown[] = []
  const ids: string[] = []
  for (const moment of momentsOf('weekly', 8)) {
    before.push(await everything())
    await importAll(lives, [moment])
    const [log] = await db.sql<{ id: string }>(
      'SELECT id::text FROM import_logs ORDER BY timestamp DESC LIMIT 1',
    )
    ids.push(log?.id ?? '')
  }
  for (const id of ids.reverse()) {
    const { exitCode, stderr } = await cto({ ...db, now: importedAt(end) }, 'import', 'undo', id, '--yes')
    expect(exitCode, stderr).toBe(0)
    expect(await everything()).toEqual(before.pop())
  }
}, 300_000)

/** All bugs and their history, but for the time at which each row was written. */
async function everything(): Promise<unknown> {
  const bugs = await db.sql("SELECT to_jsonb(b) - 'updated_at' AS bug FROM bugs b ORDER BY b.id")
  return [bugs, await db.sql('SELECT to_jsonb(h) AS change FROM bug_history h ORDER BY h.seq')]
}

function momentsOf(cadence: string, seed: number): number[] {
  const moments = cadences[cadence]
  if (!moments) throw new Error(`no cadence ${cadence}`)
  return moments(seed)
}

async function importAll(lives: readonly Life[], moments: readonly number[]): Promise<void> {
  for (const moment of moments) {
    const file = path.join(db.folder, 'export.csv')
    await writeFile(file, exportAt(lives, shownBefore(moment)))
    const { exitCode, stderr } = await cto(
      { ...db, now: importedAt(moment) },
      'import',
      'csv',
      file,
      '--type',
      'bugs',
      '--source',
      'tracker',
      '--yes',
    )
    expect(exitCode, stderr).toBe(0)
  }
}

interface Figures {
  month: string
  row: Record<string, unknown>
  compliance: { value: number | null; n: number }
  met: string[]
  missed: string[]
  meanHours: number | null
  reopened: number
  unexplained: number
}

/** What `cto` reports of each past month. */
async function figures(): Promise<Figures[]> {
  const asked = importedAt(end)
  const ask = async <T>(...argv: string[]): Promise<T> => {
    const { exitCode, stdout, stderr } = await cto({ ...db, now: asked }, ...argv, '--json')
    expect(exitCode, stderr).toBe(0)
    return (JSON.parse(stdout) as { data: T }).data
  }
  const { monthly } = await ask<{ monthly: Record<string, unknown>[] }>(
    'metrics',
    'snapshot',
    '--backfill',
    String(months.length),
  )
  const all: Figures[] = []
  for (const window of months) {
    const month = dayOf(window.from)
    const between = `${month}..${dayOf(window.to - dayMs)}`
    const row = monthly.find((candidate) => candidate['month'] === month) ?? {}
    const sla = await ask<Record<string, { value: number | null; n: number }>>(
      'metrics',
      'sla',
      '--between',
      between,
    )
    const rows = await ask<{ externalId: string; measured: string }[]>(
      ...['metrics', 'explain', 'sla.compliance', '--rows', '--limit', '0', '--between', between],
    )
    const engineering = await ask<Record<string, { value: number | null }>>(
      ...['metrics', 'engineering', '--between', between],
    )
    const flow = await ask<{ unexplained: number; periods: { reopened: number }[] }>(
      ...['metrics', 'flow', '--between', between],
    )
    const keysOf = (met: boolean) =>
      rows
        .flatMap(({ externalId, measured }) => (Number(measured) === Number(met) ? [externalId] : []))
        .sort()
    all.push({
      month,
      row: pick(row),
      compliance: { value: sla['sla.compliance']?.value ?? null, n: sla['sla.compliance']?.n ?? 0 },
      met: keysOf(true),
      missed: keysOf(false),
      meanHours: rounded(engineering['resolution.mean']?.value ?? null),
      reopened: flow.periods.reduce((sum, { reopened }) => sum + reopened, 0),
      unexplained: flow.unexplained,
    })
  }
  return all
}

/** What the lives say of the same. */
function figuresOf(lives: readonly Life[]): Figures[] {
  return months.map((window) => {
    const verdicts = lives.map((life) => ({ key: life.key, verdict: verdictIn(life, window) }))
    const named = (wanted: string) =>
      verdicts.flatMap(({ key, verdict }) => (verdict === wanted ? [key] : [])).sort()
    const [met, missed] = [named('met'), named('missed')]
    const n = met.length + missed.length
    const hours = resolutionHours(lives, window)
    return {
      month: dayOf(window.from),
      row: { ...monthOf(lives, window) },
      compliance: { value: n === 0 ? null : Number((met.length / n).toFixed(4)), n },
      met,
      missed,
      meanHours:
        hours.length === 0 ? null : rounded(hours.reduce((sum, value) => sum + value, 0) / hours.length),
      reopened: lives.reduce((sum, life) => sum + flowOf(life, window).reopened, 0),
      unexplained: 0,
    }
  })
}

function pick(row: Record<string, unknown>): Record<string, unknown> {
  const names = [
    'totalBugs',
    'criticalBugs',
    'highBugs',
    'mediumBugs',
    'lowBugs',
    'bugsCreated',
    'bugsResolved',
    'avgResolutionDays',
  ]
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(2))
}
