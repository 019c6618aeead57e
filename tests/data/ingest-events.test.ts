import { expect, test } from 'vitest'
import { findKnownEvents } from '../../src/data/sessions/ingest-events.js'
import { useDatabase } from '../helpers/database.js'
import { storeSession } from '../helpers/sessions.js'

const db = useDatabase()

test('known events are found by their keys, also while the statistics count no rows of a long import', async () => {
  const session = await storeSession(db, {
    start: '2026-03-01T09:00:00Z',
    end: '2026-03-01T10:00:00Z',
    source: 'cto',
  })
  const keys = Array.from({ length: 500 }, (_, n) => `e-${n}`)
  await db.write(
    async (tx) => {
      await tx.$executeRaw`
        INSERT INTO tool_events (source, key, session_id, tool_name, tool_category, at)
        SELECT 'cto', 'e-' || n, ${session}::uuid, 'Bash', 'shell', '2026-03-01T09:00:00Z'
        FROM generate_series(1, 5000) n`
      // As autovacuum leaves them that analyses the table before the import commits.
      await tx.$executeRaw`UPDATE pg_class SET reltuples = 0, relpages = 100 WHERE oid = 'tool_events'::regclass`
      const known = await findKnownEvents(tx, { source: 'cto', keys })
      expect(known.size).toBe(499)
      const rows = await tx.$queryRaw`
        SELECT (seq_tup_read + idx_tup_fetch)::int AS read
        FROM pg_stat_xact_user_tables WHERE relid = 'tool_events'::regclass`
      expect(rows).toEqual([{ read: 499 }])
    },
    { dryRun: true },
  )
})
