import { randomUUID } from 'node:crypto'
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
import { inSavepoint } from '../../engine/savepoint.js'
import type { IngestReport } from '../../shapes/event.js'
import type { Source } from '../csv/source.js'
import { oneAhead } from '../load/one-ahead.js'
import { whileRunning } from '../running-import.js'
import { readDelivery, RejectedDelivery, type Delivery, type EnvelopeOptions } from './envelope.js'
import { accountOf, idKey } from '../../domain/delivery/fact-key.js'
import { countAt } from './payload.js'
import { problemOfStoring, tooDeep } from './problem-of-storing.js'
import { readEvent, type ReadEvent } from './read-event.js'
import { readRecords } from './read-records.js'
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

/** Events that are stored in one transaction, with what derives from them. */
const batchEvents = 1000

const mostProblems = 100

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
    const stored = await database.write(
      async (tx) => {
        if (dryRun) await begin(tx)
        return storeStorable(tx, batch, storing)
      },
      { dryRun },
    )
    report.stored += stored.stored
    report.skipped += stored.skipped
    report.duplicates += stored.duplicates
    for (const { where, reason } of stored.refused) reject(report, where, reason)
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

interface Reading extends EnvelopeOptions {
  /** Of archives, the repositories whose events are read; null for all. */
  known: ReadonlySet<string> | null
  /** Gains what was read, and what is left out. */
  report: IngestReport
}

async function* batchesOf(
  sources: readonly Source[],
  { known, report, ...envelope }: Reading,
): AsyncGenerator<PlacedDelivery[]> {
  let batch: PlacedDelivery[] = []
  for (const source of sources) {
    for await (const { line, value, problem } of readRecords(source)) {
      report.events += 1
      const delivery = problem ?? outcomeOf(value, envelope)
      const where = `${source.name}:${line}`
      if (typeof delivery === 'string' || delivery instanceof RejectedDelivery) {
        reject(report, where, delivery)
        continue
      }
      if (known !== null && delivery.event.about !== undefined && !known.has(repositoryOf(delivery))) {
        report.unknown += 1
        continue
      }
      batch.push({ delivery, where })
      if (batch.length < batchEvents) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function newReport(importId: string | null, dryRun: boolean): IngestReport {
  return {
    importId,
    dryRun,
    ...{ events: 0, stored: 0, skipped: 0, duplicates: 0, unknown: 0, rejected: 0, forged: 0 },
    problems: [],
  }
}

function outcomeOf(value: unknown, options: EnvelopeOptions): Delivery | RejectedDelivery {
  try {
    return readDelivery(value, options)
  } catch (error) {
    if (error instanceof RejectedDelivery) return error
    if (error instanceof RangeError) return new RejectedDelivery(tooDeep)
    throw error
  }
}

function reject(report: IngestReport, where: string, problem: string | RejectedDelivery): void {
  report.rejected += 1
  if (problem instanceof RejectedDelivery && problem.isForged) report.forged += 1
  const reason = typeof problem === 'string' ? problem : problem.message
  if (report.problems.length < mostProblems) report.problems.push(`${where}: ${reason}`)
}

function repositoryOf({ event }: Delivery): string {
  return idKey('github.com', countAt(event.about?.repository, 'id') ?? 0)
}

/** A delivery with its file and line. */
interface PlacedDelivery {
  delivery: Delivery
  where: string
}

interface StoredBatch {
  stored: number
  skipped: number
  duplicates: number
}

interface StorableBatch extends StoredBatch {
  /** Those that the database does not accept. */
  refused: { where: string; reason: string }[]
}

/** Stores a batch. If one of its events makes that fail, the batch is halved until that event is found and left out. */
async function storeStorable(
  tx: Db,
  batch: readonly PlacedDelivery[],
  storing: Storing,
): Promise<StorableBatch> {
  const deliveries = batch.map(({ delivery }) => delivery)
  try {
    return { ...(await inSavepoint(tx, () => storeBatch(tx, deliveries, storing))), refused: [] }
  } catch (error) {
    const reason = problemOfStoring(error)
    const [first] = batch
    if (first === undefined || reason === null) throw error
    const none = { stored: 0, skipped: 0, duplicates: 0 }
    if (batch.length === 1) return { ...none, refused: [{ where: first.where, reason }] }
  }
  const middle = Math.ceil(batch.length / 2)
  const left = await storeStorable(tx, batch.slice(0, middle), storing)
  const right = await storeStorable(tx, batch.slice(middle), storing)
  return {
    stored: left.stored + right.stored,
    skipped: left.skipped + right.skipped,
    duplicates: left.duplicates + right.duplicates,
    refused: [...left.refused, ...right.refused],
  }
}

async function storeBatch(tx: Db, batch: readonly Delivery[], storing: Storing): Promise<StoredBatch> {
  await lockDelivery(tx)
  const keys = batch.map(({ event: { source }, deliveryKey, signature }) => ({
    source,
    deliveryKey,
    signature,
  }))
  const stored = await findStoredEvents(tx, keys)
  const reports = new Reports()
  const read = new Map<string, { delivery: Delivery; read: ReadEvent }>()
  for (const delivery of batch) {
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
