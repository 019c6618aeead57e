import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { sumSessions } from '../sessions/sum-sessions.js'
import {
  draw,
  drawOf,
  idOf,
  insertNumbered,
  madeAt,
  constant,
  type IdPrefix,
  type InventedSpan,
} from './invented-rows.js'

/** How many users and projects there are. */
const [users, projects] = [100, 200] as const

const eventsEach = 10

interface InventSessions extends InventedSpan {
  ids: Readonly<Record<'project' | 'user' | 'session' | 'toolEvent', IdPrefix>>
  onProgress(done: number, total: number): void
}

/** Stores the working sessions of the large set: for 100,000 bugs, 10,000 of them with ten calls of tools each. */
export async function insertInventedSessions(tx: Db, world: InventSessions): Promise<void> {
  const { bugs, now, onProgress } = world
  const sessions = Math.ceil(bugs * 0.1)
  let summed = 0
  await insertNumbered(
    tx,
    sessions,
    (numbers) => [sessionRows(numbers, sessions, world), eventRows(numbers, world)],
    async (done) => {
      const from = Prisma.sql`generate_series(${summed + 1}::integer, ${done}::integer) n`
      const rows = await tx.$queryRaw<{ id: string }[]>`
        SELECT ${idOf(world.ids.session, Prisma.raw('n'))}::text AS id FROM ${from}`
      await sumSessions(tx, { ids: rows.map(({ id }) => id), now })
      summed = done
      onProgress(done, sessions)
    },
  )
}

/** Their times follow from their events. */
function sessionRows(numbers: Prisma.Sql, total: number, { ids, ...span }: InventSessions): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO metrics_sessions (
      id, user_id, project_id, session_start, session_type, metadata, external_source, external_id, created_at, updated_at)
    SELECT
      ${idOf(ids.session, Prisma.sql`s.n`)}, ${idOf(ids.user, Prisma.sql`s.u`)}, ${idOf(ids.project, Prisma.sql`s.p`)},
      s.at, (ARRAY['development', 'debugging', 'review', 'testing', 'documentation'])[s.kind],
      '{"given": {}, "declared": {}}', 'cto', 'sample-' || s.n, s.at, s.at
    FROM (
      SELECT
        n, ${drawOf(users, 0)} AS u, ${drawOf(projects, 1, 2)} AS p, ${drawOf(5, 2, 2)} AS kind,
        ${madeAt(total, span)} - interval '4 hours' AS at
      FROM ${numbers}
    ) s`
}

const tools = ['Read', 'Edit', 'Grep', 'Bash', 'WebFetch', 'example-model']
const categories = ['file', 'file', 'search', 'shell', 'web', 'model']

/** A call every 20 minutes or less. */
function eventRows(numbers: Prisma.Sql, { ids }: InventSessions): Prisma.Sql {
  const ofTool = (names: readonly string[]) => Prisma.raw(`(ARRAY['${names.join("', '")}'])[e.tool]`)
  return Prisma.sql`
    INSERT INTO tool_events (
      id, source, key, session_id, tool_name, tool_category, at, duration_ms, is_error, input_tokens, output_tokens, cost_usd,
      created_at, updated_at)
    SELECT
      ${idOf(ids.toolEvent, Prisma.sql`e.n`)}, 'cto', 'sample-' || e.n, e.id, ${ofTool(tools)}, ${ofTool(categories)}, e.at,
      e.duration, e.failed, CASE WHEN e.tool = 6 THEN e.duration END, CASE WHEN e.tool = 6 THEN e.duration / 4 END,
      CASE WHEN e.tool = 6 THEN e.duration * 0.000006 END, e.at, e.at
    FROM (
      SELECT
        c.n, c.id, ${drawOf(tools.length, 0)} AS tool, ${drawOf(8000, 1, 2)} AS duration, ${draw(2)} < 0.04 AS failed,
        c.session_start + (c.k - 1 + ${draw(3)}) * interval '20 minutes' AS at
      FROM (
        SELECT ${constant(eventsEach)} * n + k AS n, k, s.id, s.session_start
        FROM ${numbers}
        JOIN metrics_sessions s ON s.id = ${idOf(ids.session, Prisma.raw('n'))}
        CROSS JOIN generate_series(1, ${constant(eventsEach)}) k
      ) c
    ) e`
}
