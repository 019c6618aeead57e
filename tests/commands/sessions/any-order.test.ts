import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const moment = fc.integer({ min: 0, max: 240 }).map((minute) => new Date(Date.UTC(2026, 2, 1, 8, minute)))
const range = fc.tuple(moment, fc.integer({ min: 1, max: 40 })).map(([from, minutes]) => {
  const to = new Date(from.getTime() + minutes * minuteMs)
  return [from.toISOString(), to.toISOString()]
})

/** Lines that tell of two sessions, again and again: ranges in no order, events that are raised, moved and told of by both. */
const session = fc.record({
  session: fc.constantFrom('a', 'b'),
  sessionStart: moment.map((at) => at.toISOString()),
  active: fc.array(range, { maxLength: 4 }),
  tags: fc.subarray(['x', 'y', 'z']),
  sessionType: fc.constantFrom('review', 'testing'),
})
const event = fc.record({
  session: fc.constantFrom('a', 'b'),
  tool: fc.constant('build'),
  id: fc.constantFrom('e1', 'e2', 'e3'),
  at: moment.map((at) => at.toISOString()),
  durationMs: fc.integer({ min: 1, max: 9 }),
  outputTokens: fc.integer({ min: 0, max: 9 }),
  sessionStart: fc.option(
    moment.map((at) => at.toISOString()),
    { nil: undefined },
  ),
})
const file = fc.array(fc.oneof(session, event), { minLength: 1, maxLength: 5 })

const ranges = [
  ['2026-03-01T08:00:00.000Z', '2026-03-01T08:20:00.000Z'],
  ['2026-03-01T09:00:00.000Z', '2026-03-01T09:20:00.000Z'],
]

/** A session of which one line alone tells. */
const told = (name: 'a' | 'b', active: string[][]) => ({
  session: name,
  sessionStart: '2026-03-01T08:00:00.000Z',
  active,
  tags: [],
  sessionType: 'review' as const,
})

/** An event that two sessions tell of. */
const shared = (session: 'a' | 'b') => ({
  session,
  tool: 'build' as const,
  id: 'e3' as const,
  at: '2026-03-01T08:00:00.000Z',
  durationMs: 1,
  outputTokens: 0,
  sessionStart: undefined,
})

async function ingest(files: readonly object[][]): Promise<void> {
  for (const [index, records] of files.entries()) {
    const name = path.join(db.folder, `order-${index}.ndjson`)
    await writeFile(name, lines(...records.map((each) => JSON.stringify(each))))
    const { exitCode, stderr } = await cto(db, 'sessions', 'ingest', name)
    expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  }
}

/** Without what every run makes anew. */
function stored(): Promise<unknown[]> {
  return db.sql(
    `SELECT to_jsonb(s) - '{id,import_id,created_at,updated_at}'::text[] AS session,
       ARRAY(SELECT to_jsonb(e) - '{id,session_id,import_id,created_at,updated_at}'::text[] FROM tool_events e WHERE e.session_id = s.id ORDER BY e.key) AS events,
       ARRAY(SELECT to_jsonb(t) - '{id,session_id,created_at,updated_at}'::text[] FROM tool_metrics t WHERE t.session_id = s.id ORDER BY t.tool_name, t.period_start) AS sums
     FROM metrics_sessions s ORDER BY s.external_id`,
  )
}

/** Which transaction wrote each row last. */
function written(): Promise<unknown[]> {
  return db.sql(
    `SELECT xmin::text, external_id AS key FROM metrics_sessions UNION ALL SELECT xmin::text, key FROM tool_events
     UNION ALL SELECT xmin::text, tool_name || period_start FROM tool_metrics ORDER BY 2, 1`,
  )
}

test('files in any order give the same rows, and ingested again write none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 3 }), async (files) => {
      await db.sql('TRUNCATE metrics_sessions CASCADE')
      await ingest(files.toReversed())
      const reversed = await stored()
      await db.sql('TRUNCATE metrics_sessions CASCADE')
      await ingest(files)
      expect(await stored()).toEqual(reversed)
      const before = await written()
      await ingest(files)
      expect(await written()).toEqual(before)
    }),
    {
      numRuns: 8,
      examples: [
        [[[told('a', ranges)], [told('b', ranges.toReversed())]]],
        [[[shared('a')], [shared('b')]]],
        [[[shared('a')], [{ ...shared('b'), sessionStart: '2026-03-01T08:00:00.000Z' }]]],
      ],
    },
  )
})
