import { randomUUID } from 'node:crypto'
import { mergeGiven, type GivenColumns } from '../../domain/session-columns.js'
import type { Db } from '../../engine/client.js'
import { updateRows } from '../../engine/change-rows.js'
import { tableOf } from '../../engine/table.js'
import { insertBatch } from '../imports/new-rows.js'

const table = tableOf('metrics_sessions')

export interface SessionToStore extends GivenColumns {
  externalId: string
  /** Of its first event, until its events are summed. */
  start: Date
}

interface Stored {
  id: string
  externalId: string
  metadata: GivenColumns | null
}

interface StoreSessions {
  source: string
  importId: string
  now: Date
  sessions: readonly SessionToStore[]
  /** Those that are created where they are unknown, since events belong to them. */
  wanted: ReadonlySet<string>
}

/** Creates sessions, and completes stored ones from these entries. */
export async function storeSessions(
  tx: Db,
  { source, importId, now, sessions, wanted }: StoreSessions,
): Promise<{ idOf: Map<string, string>; created: number; changed: readonly string[] }> {
  const ids = sessions.map(({ externalId }) => externalId)
  const found = await tx.$queryRaw<Stored[]>`
    SELECT s.id::text, s.external_id AS "externalId", s.metadata
    FROM metrics_sessions s
    WHERE s.external_source = ${source} AND s.external_id = ANY(${ids}::text[])`
  const stored = new Map(found.map((session) => [session.externalId, session]))
  const missing = sessions.filter(({ externalId }) => !stored.has(externalId) && wanted.has(externalId))
  const created = missing.map(({ externalId, start, given, declared }) => ({
    id: randomUUID(),
    ...columnsOf({ given, declared }),
    sessionStart: start,
    sessionEnd: start,
    externalSource: source,
    externalId,
    importId,
    createdAt: now,
    updatedAt: now,
  }))
  await insertBatch(tx, table, created)
  const changed = sessions.flatMap(({ externalId, given, declared }) => {
    const before = stored.get(externalId)
    if (!before) return []
    const merged = mergeGiven(before.metadata ?? { given: {}, declared: {} }, { given, declared })
    if (areSame(before.metadata, merged)) return []
    return [{ id: before.id, ...columnsOf(merged), updatedAt: now }]
  })
  const fields = [...columns, 'metadata', 'updatedAt'] as const
  await updateRows(tx, table, { rows: changed, fields })
  return {
    idOf: new Map([...found, ...created].map(({ id, externalId }) => [externalId, id])),
    created: created.length,
    changed: [...created, ...changed].map(({ id }) => id),
  }
}

const columns = ['userId', 'projectId', 'sessionType', 'productivityScore', 'tags', 'description'] as const

/** The columns that sources gave, and from where. */
function columnsOf(session: GivenColumns) {
  const { given } = session
  return {
    userId: given.userId?.[1] ?? null,
    projectId: given.projectId?.[1] ?? null,
    sessionType: given.sessionType?.[1] ?? 'development',
    productivityScore: given.productivityScore?.[1] ?? null,
    tags: given.tags?.[1] ?? [],
    description: given.description?.[1] ?? null,
    metadata: JSON.stringify(session),
  } as const
}

/** The database orders the keys of an object in its own way. */
function areSame(a: GivenColumns | null, b: GivenColumns): boolean {
  return a !== null && canonical(a) === canonical(b)
}

function canonical({ given, declared }: GivenColumns): string {
  const sorted = (object: object) => Object.entries(object).sort(([x], [y]) => (x < y ? -1 : 1))
  return JSON.stringify([sorted(given), sorted(declared)])
}
