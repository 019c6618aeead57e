import { randomUUID } from 'node:crypto'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'
import { newRows } from '../imports/new-rows.js'
import type { Storing } from './store-rows.js'

export interface NewEvent {
  source: 'webhook' | 'archive' | 'api'
  deliveryKey: string
  occurredAt: Date
  name: string
  action: string | null
  organizationId: string | null
  repositoryId: string | null
  actorId: string | null
  /** JSON. */
  payload: string | null
  signature: 'verified' | 'unsigned'
  state: 'derived' | 'skipped' | 'failed'
  problem: string | null
}

export interface EventKey {
  source: NewEvent['source']
  deliveryKey: string
  signature: NewEvent['signature']
}

/** The keys that are stored already, as `source key`. A verified delivery replaces the mark of an unsigned one. */
export async function findStoredEvents(tx: Db, keys: readonly EventKey[]): Promise<Set<string>> {
  const found = await tx.$queryRaw<{ place: number; id: string; signature: NewEvent['signature'] }[]>`
    SELECT n.place::integer, e.id::text, e.signature
    FROM unnest(
      ${keys.map(({ source }) => source)}::text[], ${keys.map(({ deliveryKey }) => deliveryKey)}::text[]
    ) WITH ORDINALITY AS n(source, delivery_key, place)
    JOIN events e ON e.source = n.source AND e.delivery_key = n.delivery_key`
  const verified = found.filter(
    ({ place, signature }) => signature === 'unsigned' && keys[place - 1]?.signature === 'verified',
  )
  await updateRows(tx, tableOf('events'), {
    rows: verified.map(({ id }) => ({ id, signature: 'verified' })),
    fields: ['signature'],
  })
  return new Set(
    found.flatMap(({ place }) => {
      const key = keys[place - 1]
      return key === undefined ? [] : [nameOfEvent(key)]
    }),
  )
}

export function nameOfEvent({ source, deliveryKey }: Pick<EventKey, 'source' | 'deliveryKey'>): string {
  return `${source} ${deliveryKey}`
}

export async function insertEvents(
  tx: Db,
  events: readonly NewEvent[],
  { importId, now, byCopy = false }: Storing,
): Promise<void> {
  const rows = events.map((event) => ({
    id: randomUUID(),
    ...event,
    receivedAt: now,
    importId,
    createdAt: now,
  }))
  const statement = newRows(tableOf('events'), rows, { byCopy })
  if (statement) await tx.$executeRaw(statement)
}
