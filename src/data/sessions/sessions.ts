import type { Session, ShownSession } from '../../shapes/session.js'
import { NotFoundError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { allOf, filtersOf, findPage, type FilterWords, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { Prisma } from '../../engine/sql.js'
import { ambiguous, isUuid } from '../names.js'
import { eachSessionCondition, type SessionFilter } from './session-filter.js'
import { toolSums } from './tool-sums.js'

const moment = Prisma.sql`timestamptz`
const number = Prisma.sql`bigint`
const text = Prisma.sql`text`

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  sessionStart: { sql: Prisma.sql`s.session_start`, type: moment, nullable: false },
  sessionEnd: { sql: Prisma.sql`s.session_end`, type: moment, nullable: true },
  totalDurationMs: { sql: Prisma.sql`s.total_duration_ms`, type: number, nullable: true },
  focusTimeMs: { sql: Prisma.sql`s.focus_time_ms`, type: number, nullable: false },
  interruptionsCount: {
    sql: Prisma.sql`s.interruptions_count`,
    type: Prisma.sql`integer`,
    nullable: false,
  },
  sessionType: { sql: Prisma.sql`s.session_type`, type: text, nullable: false },
  productivityScore: { sql: Prisma.sql`s.productivity_score`, type: Prisma.sql`integer`, nullable: true },
  user: { sql: Prisma.sql`u.email`, type: text, nullable: true },
  project: { sql: Prisma.sql`p.name`, type: text, nullable: true },
  externalSource: { sql: Prisma.sql`s.external_source`, type: text, nullable: true },
}

export const sessionSortFields = Object.keys(sortable)

/** The newest first. */
export function sessionList(
  filter: SessionFilter & { ids?: readonly string[] },
  words: FilterWords = {},
): List<Session> {
  const { ids } = filter
  const conditions = {
    ...eachSessionCondition(filter),
    ids: ids && Prisma.sql`s.id = ANY(${[...ids]}::uuid[])`,
  }
  return {
    columns: Prisma.sql`
      s.id::text, s.user_id::text AS "userId", s.project_id::text AS "projectId", s.session_start AS "sessionStart",
      s.session_end AS "sessionEnd", s.total_duration_ms::float8 AS "totalDurationMs",
      s.focus_time_ms::float8 AS "focusTimeMs", s.interruptions_count AS "interruptionsCount",
      s.session_type AS "sessionType", s.productivity_score AS "productivityScore", s.tags, s.description, s.metadata,
      s.external_source AS "externalSource", s.external_id AS "externalId", s.import_id::text AS "importId",
      s.created_at AS "createdAt", s.updated_at AS "updatedAt",
      CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) END AS "user",
      CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS project`,
    from: Prisma.sql`
      metrics_sessions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN projects p ON p.id = s.project_id`,
    counted: Prisma.sql`metrics_sessions s`,
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    sortable,
    order: [{ field: 'sessionStart', descending: true }],
    id: { sql: Prisma.sql`s.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/** In the order of the ids. @throws NotFoundError where one was deleted meanwhile */
export async function getSessions(db: Db, ids: readonly string[]): Promise<Session[]> {
  const { data } = await findPage(db, sessionList({ ids }), { limit: 0 })
  const found = new Map(data.map((session) => [session.id, session]))
  return ids.map((id) => {
    const session = found.get(id)
    if (session) return session
    throw new NotFoundError('the session was deleted meanwhile', { hint: 'cto sessions list' })
  })
}

/** With its active ranges, and its tools by their calls. @throws NotFoundError */
export async function getShownSession(db: Db, id: string): Promise<ShownSession> {
  const [session] = await getSessions(db, [id])
  if (!session) throw new Error('one id, no session')
  const active = await db.$queryRaw<ShownSession['active']>`
    SELECT lower(r) AS from, upper(r) AS to
    FROM metrics_sessions s, unnest(s.active) AS r
    WHERE s.id = ${id}::uuid
    ORDER BY 1`
  const tools = await db.$queryRaw<ShownSession['tools']>`
    SELECT t.tool_name AS "toolName", min(t.tool_category) AS "toolCategory", ${toolSums}
    FROM tool_metrics t
    WHERE t.session_id = ${id}::uuid
    GROUP BY t.tool_name
    ORDER BY sum(t.execution_count) DESC, t.tool_name`
  return { ...session, active, tools }
}

const fewestCharacters = 4

/**
 * The id of a session by its id, a beginning of it, or the source's own id.
 *
 * @throws NotFoundError, CtoError AMBIGUOUS with the candidates
 */
export async function getSessionId(db: Db, name: string): Promise<string> {
  const wanted = name.trim()
  const prefix = wanted.toLowerCase()
  const isPrefix = /^[0-9a-f-]+$/.test(prefix) && prefix.length >= fewestCharacters
  const byId = isUuid(wanted)
    ? Prisma.sql`s.id = ${wanted}::uuid`
    : isPrefix
      ? Prisma.sql`s.id::text LIKE ${`${prefix}%`}`
      : Prisma.sql`false`
  const found = await db.$queryRaw<{ id: string; rank: number }[]>`
    SELECT s.id::text, CASE WHEN s.external_id = ${wanted} THEN 0 ELSE 1 END AS rank
    FROM metrics_sessions s
    WHERE s.external_id = ${wanted} OR ${byId}
    ORDER BY 2, 1
    LIMIT 9`
  const best = found.filter(({ rank }) => rank === found[0]?.rank)
  const [first] = best
  if (!first) throw new NotFoundError(`no session "${name}"`, { hint: 'cto sessions list' })
  if (best.length === 1) return first.id
  throw ambiguous('sessions', {
    name: wanted,
    labels: best.map(({ id }) => id),
    isBeginning: first.rank > 0,
    hint: 'name more of the id',
  })
}
