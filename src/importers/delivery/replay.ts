import { recordAudit, type Actor } from '../../data/audit/audit.js'
import type { Erasures } from '../../data/delivery/erasures.js'
import {
  countUnreplayable,
  findReplayable,
  markReplayed,
  type ReplayedEvent,
  type StoredEvent,
} from '../../data/delivery/replayed-events.js'
import { lockDelivery, storeReports } from '../../data/delivery/store-facts.js'
import type { Storing } from '../../data/delivery/store-rows.js'
import { Reports } from '../../domain/delivery/reports.js'
import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import type { EventReplay } from '../../shapes/event.js'
import { readDelivery, RejectedDelivery } from './envelope.js'
import { inHalves } from './in-halves.js'
import { isObject } from './payload.js'
import { readEvent } from './read-event.js'
import type { SourceEvent } from './source-event.js'

export interface Replay {
  actor: Actor
  dryRun: boolean
  erased: Erasures | null
  /** Undefined: of all repositories. */
  repositoryIds: readonly string[] | undefined
  onEvents?: ((count: number) => void) | undefined
}

/** Events that are derived from in one transaction. */
const batchEvents = 1000

/**
 * Derives the facts of stored events again. Each batch commits by itself, and repeats what it finds done already, so that one
 * that was interrupted is repeated. A fact that is missing gets the import of its event.
 */
export async function replayEvents(
  database: Database,
  { actor, dryRun, erased, repositoryIds, onEvents }: Replay,
): Promise<EventReplay> {
  const withoutPayload = await database.read((db) => countUnreplayable(db, repositoryIds))
  const report: EventReplay = { events: 0, derived: 0, skipped: 0, failed: 0, withoutPayload }
  const batch = async (tx: Db, after: StoredEvent | null): Promise<StoredEvent | null> => {
    await lockDelivery(tx)
    const found = await findReplayable(tx, { after, repositoryIds, limit: batchEvents })
    const importId = found[0]?.importId ?? null
    const events = found.filter((each) => each.importId === importId)
    const replayed = await deriveStorable(tx, events, { importId, now: actor.now, erased })
    await markReplayed(tx, replayed)
    report.events += events.length
    report.derived += replayed.filter(({ state }) => state === 'derived').length
    report.skipped += replayed.filter(({ state }) => state === 'skipped').length
    report.failed += replayed.filter(({ state }) => state === 'failed').length
    onEvents?.(report.events)
    return events.at(-1) ?? null
  }
  let last: StoredEvent | null = null
  do {
    const after: StoredEvent | null = last
    last = await database.write((tx) => batch(tx, after), { dryRun })
  } while (last !== null)
  await database.write((tx) => audit(tx, report, actor), { dryRun })
  return report
}

/** What became of each; one that makes deriving fail has failed. */
async function deriveStorable(
  tx: Db,
  events: readonly StoredEvent[],
  storing: Storing,
): Promise<ReplayedEvent[]> {
  const parts = await inHalves(tx, events, {
    store: (some) => derive(tx, some, storing),
    refuse: ({ id }, problem): ReplayedEvent[] => [{ id, state: 'failed', problem }],
  })
  return parts.flat()
}

async function derive(tx: Db, events: readonly StoredEvent[], storing: Storing): Promise<ReplayedEvent[]> {
  const reports = new Reports()
  const replayed = events.map(({ id, ...stored }): ReplayedEvent => {
    const event = sourceEventOf(stored, storing.now)
    const isDerived = event !== null && readEvent(event, reports).isDerived
    return { id, state: isDerived ? 'derived' : 'skipped', problem: null }
  })
  await storeReports(tx, reports, storing)
  return replayed
}

/** Null where the stored payload is no longer that of an event. */
function sourceEventOf(
  { source, payload, ...stored }: Omit<StoredEvent, 'id'>,
  now: Date,
): SourceEvent | null {
  if (!isObject(payload) || source === 'api') return null
  const { name, action, occurredAt } = stored
  if (source === 'webhook') return { source, name, action, payload, occurredAt }
  try {
    return readDelivery(payload, { eventName: null, secrets: [], now }).event
  } catch (error) {
    if (error instanceof RejectedDelivery) return null
    throw error
  }
}

async function audit(tx: Db, report: EventReplay, actor: Actor): Promise<void> {
  await recordAudit(tx, actor, [
    { action: 'events.replay', entityType: 'database', entityId: null, details: { ...report } },
  ])
}
