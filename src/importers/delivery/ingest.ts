import { randomUUID } from 'node:crypto'
import { accountOf } from '../../domain/delivery/fact-key.js'
import { Reports } from '../../domain/delivery/reports.js'
import { recordAudit, type Actor } from '../../data/audit/audit.js'
import { findKnownRepositories } from '../../data/delivery/known-repositories.js'
import {
  findStoredEvents,
  insertEvents,
  nameOfEvent,
  type NewEvent,
} from '../../data/delivery/store-events.js'
import {
  isConfidential,
  lockDelivery,
  storeReports,
  type StoredReports,
} from '../../data/delivery/store-facts.js'
import type { Erasures } from '../../data/delivery/erasures.js'
import type { Storing } from '../../data/delivery/store-rows.js'
import { beginImport, endImport } from '../../data/imports/imports.js'
import { mayCopy } from '../../data/imports/new-rows.js'
import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import type { IngestReport } from '../../shapes/event.js'
import type { Source } from '../csv/source.js'
import { oneAhead } from '../load/one-ahead.js'
import { whileRunning } from '../running-import.js'
import type { Delivery, EnvelopeOptions } from './envelope.js'
import { inHalves } from './in-halves.js'
import { batchesOf, reject, type PlacedDelivery } from './read-batches.js'
import { readEvent, type ReadEvent } from './read-event.js'
import { withoutTexts } from './without-texts.js'

export interface Ingest extends Omit<EnvelopeOptions, 'now'> {
  actor: Actor
  dryRun: boolean
  /** Also events of archives whose repository is not known yet. */
  all: boolean
  /** What must not be stored again. */
  erased: Erasures | null
  onEvents?: ((count: number) => void) | undefined
}

/**
 * Stores the events of files and derives facts from them. Each batch commits by itself: after an interruption the same files are
 * ingested again, and what is stored already is left alone.
 */
export async function ingestEvents(
  database: Database,
  sources: readonly Source[],
  { actor, dryRun, all, erased, onEvents, ...envelope }: Ingest,
): Promise<IngestReport> {
  const importId = randomUUID()
  const byCopy = await database.read((db) => mayCopy(db, database.capabilities))
  const storing = { importId, now: actor.now, byCopy, erased }
  const report = newReport(dryRun ? null : importId, dryRun)
  const known = all ? null : await database.read(findKnownRepositories)
  const origin = {
    type: 'events',
    file: sources.map(({ name }) => name).join(', '),
    externalSource: 'events',
    preset: 'events',
    hash: '',
    mapping: {},
  }
  const begin = (tx: Db) => beginImport(tx, { id: importId, source: 'manual', origin, now: actor.now })
  const flush = async (batch: readonly PlacedDelivery[]): Promise<void> => {
    const parts = await database.write(
      async (tx) => {
        if (dryRun) await begin(tx)
        return inHalves<PlacedDelivery, StoredBatch | Refused>(tx, batch, {
          store: (some) => storeBatch(tx, some, storing),
          refuse: ({ where }, reason) => ({ where, reason }),
        })
      },
      { dryRun },
    )
    for (const part of parts) {
      if ('reason' in part) reject(report, part.where, part.reason)
      else addTo(report, part)
    }
    onEvents?.(report.events)
  }
  const reading = { ...envelope, now: actor.now, known, report }
  const storeAll = async (): Promise<void> => {
    for await (const batch of oneAhead(batchesOf(sources, reading))) await flush(batch)
  }
  if (dryRun) await storeAll()
  else {
    await database.write(begin)
    // Archives are read for minutes without a batch where they have few events of known repositories.
    await whileRunning(database, importId, storeAll)
    await database.write((tx) => end(tx, report, { importId, actor }))
  }
  return report
}

function newReport(importId: string | null, dryRun: boolean): IngestReport {
  return {
    importId,
    dryRun,
    ...{ events: 0, stored: 0, skipped: 0, duplicates: 0, unknown: 0, rejected: 0, forged: 0 },
    problems: [],
  }
}

interface StoredBatch {
  stored: number
  skipped: number
  duplicates: number
}

/** A delivery that the database does not accept. */
interface Refused {
  where: string
  reason: string
}

function addTo(report: IngestReport, { stored, skipped, duplicates }: StoredBatch): void {
  report.stored += stored
  report.skipped += skipped
  report.duplicates += duplicates
}

async function storeBatch(tx: Db, batch: readonly PlacedDelivery[], storing: Storing): Promise<StoredBatch> {
  await lockDelivery(tx)
  const keys = batch.map(({ delivery: { event, deliveryKey, signature } }) => ({
    source: event.source,
    deliveryKey,
    signature,
  }))
  const stored = await findStoredEvents(tx, keys)
  const reports = new Reports()
  const read = new Map<string, { delivery: Delivery; read: ReadEvent }>()
  for (const { delivery } of batch) {
    const name = nameOfEvent({ source: delivery.event.source, deliveryKey: delivery.deliveryKey })
    if (stored.has(name)) continue
    read.set(name, { delivery, read: readEvent(delivery.event, reports) })
  }
  const ids = await storeReports(tx, reports, storing)
  const events = [...read.values()].map((each) => newEvent(each, ids, storing.erased))
  await insertEvents(tx, events, storing)
  return {
    stored: events.length,
    skipped: events.filter(({ state }) => state === 'skipped').length,
    duplicates: batch.length - events.length,
  }
}

function newEvent(
  { delivery: { event, deliveryKey, signature, kept }, read }: { delivery: Delivery; read: ReadEvent },
  { owners, repositories, accounts }: StoredReports,
  erased: Erasures | null,
): NewEvent {
  const repository = read.repository === null ? undefined : repositories.get(read.repository)
  const organizationId = repository?.organizationId ?? owners.get(read.owner ?? '') ?? null
  const { host } = accountOf(read.repository ?? read.actor ?? '')
  const isHidden =
    repository === undefined || repository.sensitivity === 'restricted' || erased?.isIn(kept, host) === true
  const payload = isHidden ? null : isConfidential(repository) ? withoutTexts(kept) : kept
  return {
    source: event.source,
    deliveryKey,
    occurredAt: event.occurredAt,
    name: event.name,
    action: event.action,
    organizationId,
    repositoryId: repository?.id ?? null,
    actorId: accounts.get(read.actor ?? '') ?? null,
    payload: payload === null ? null : JSON.stringify(payload),
    signature,
    state: read.isDerived ? 'derived' : 'skipped',
    problem: null,
  }
}

async function end(
  tx: Db,
  report: IngestReport,
  { importId, actor }: { importId: string; actor: Actor },
): Promise<void> {
  const { events, stored, skipped, duplicates, unknown, rejected, problems } = report
  const counts = { records: events, created: stored, duplicates, skipped: unknown, rejected }
  await recordAudit(tx, actor, [
    {
      action: 'events.ingest',
      entityType: 'import',
      entityId: importId,
      details: { ...counts, underived: skipped },
    },
  ])
  await endImport(tx, {
    id: importId,
    state: 'done',
    recordsImported: stored,
    recordsFailed: rejected,
    errors: problems,
    outcome: { counts },
  })
}
