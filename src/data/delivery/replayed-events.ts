import type { Db } from '../../engine/client.js'
import { allOf } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'

/** A stored event with what facts can be derived from again. */
export interface StoredEvent {
  id: string
  source: 'webhook' | 'archive' | 'api'
  name: string
  action: string | null
  occurredAt: Date
  /** Untrusted. */
  payload: unknown
  state: 'derived' | 'skipped' | 'failed'
  importId: string | null
}

/** The next events with a payload after one, in order of import and id; of all repositories, or of some. */
export async function findReplayable(
  tx: Db,
  {
    after,
    repositoryIds,
    limit,
  }: {
    after: Pick<StoredEvent, 'id' | 'importId'> | null
    repositoryIds: readonly string[] | undefined
    limit: number
  },
): Promise<StoredEvent[]> {
  const order = Prisma.sql`coalesce(e.import_id, ${nil}::uuid)`
  const conditions = {
    payload: Prisma.sql`e.payload IS NOT NULL`,
    after: after && Prisma.sql`(${order}, e.id) > (${after.importId ?? nil}::uuid, ${after.id}::uuid)`,
    repository: repositoryIds && Prisma.sql`e.repository_id = ANY(${[...repositoryIds]}::uuid[])`,
  }
  return tx.$queryRaw<StoredEvent[]>`
    SELECT
      e.id::text, e.source, e.name, e.action, e.occurred_at AS "occurredAt", e.payload, e.state,
      e.import_id::text AS "importId"
    FROM events e
    WHERE ${allOf({ ...conditions, after: conditions.after ?? undefined })}
    ORDER BY ${order}, e.id
    LIMIT ${limit}`
}

const nil = '00000000-0000-0000-0000-000000000000'

export async function countUnreplayable(
  db: Db,
  repositoryIds: readonly string[] | undefined,
): Promise<number> {
  const of = repositoryIds && Prisma.sql`e.repository_id = ANY(${[...repositoryIds]}::uuid[])`
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM events e
    WHERE ${allOf({ payload: Prisma.sql`e.payload IS NULL`, of })}`
  return row?.n ?? 0
}

/** What became of an event. */
export interface ReplayedEvent {
  id: string
  state: 'derived' | 'skipped' | 'failed'
  /** Why it failed. */
  problem: string | null
}

/** Marks them as derived: the version that stored them may have skipped kinds of events that this one reads. */
export async function markReplayed(tx: Db, events: readonly ReplayedEvent[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE events e
    SET state = n.state, problem = n.problem
    FROM unnest(
      ${events.map(({ id }) => id)}::uuid[], ${events.map(({ state }) => state)}::text[],
      ${events.map(({ problem }) => problem)}::text[]
    ) AS n(id, state, problem)
    WHERE e.id = n.id AND (e.state, e.problem) IS DISTINCT FROM (n.state, n.problem)`
}
