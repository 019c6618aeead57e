import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { Importing } from '../../data/imports/importing.js'
import { findPrunedBefore } from '../../data/pruned-before.js'
import { findKnownEvents, mergedEvents, storeEvents } from '../../data/sessions/ingest-events.js'
import { storeSessions, type SessionToStore } from '../../data/sessions/ingest-sessions.js'
import { sumSessions } from '../../data/sessions/sum-sessions.js'
import { mergeGiven, type SessionEntry, type Given } from '../../domain/session-columns.js'
import type { Db } from '../../engine/client.js'
import { forgetQueries } from '../../engine/forget-queries.js'
import type { Source } from '../csv/source.js'
import { oneAhead } from '../load/one-ahead.js'
import { enforceMaxErrors, type MaxErrors } from '../file/max-errors.js'
import { ProblemLog } from '../validate/problems.js'
import type { KnownPerson } from '../validate/people.js'
import { Batch } from './batch.js'
import type { EventEntry, Entry, SessionOnly } from './entry.js'
import { readFormat, type SessionFormat } from './formats.js'
import { noEntries, requireSum, type IngestCounts } from './ingest-counts.js'
import { References } from './references.js'

/** Entries that are stored together: more are no faster. */
const batchSize = 5000

/** A file that is opened when its turn comes: a folder may hold more than a process may have open. */
export interface SessionFile {
  /** Of a file in a folder that the user named: its path in that folder. */
  name: string
  open(): Promise<Source>
}

export interface IngestOptions {
  format: SessionFormat
  files: readonly SessionFile[]
  /** The user and the project of every session, in place of those that the files name; null: those of the files. */
  userId: string | null
  projectId: string | null
  people: readonly KnownPerson[]
  /** Create projects, and users with an email, that the files name. */
  create: boolean
  maxErrors: MaxErrors
  onProgress?: ((records: number) => void) | undefined
}

/** One ingestion: reads entries in batches, stores each batch, counts. */
export class IngestRun {
  readonly counts = noEntries()
  readonly problems = new ProblemLog()
  readonly hash: Hash = createHash('sha256')
  readonly references: References
  readonly #options: IngestOptions
  readonly #touched = new Set<string>()

  constructor(options: IngestOptions) {
    this.#options = options
    this.references = new References(options)
  }

  /** @throws CtoError TOO_MANY_REJECTS, ACCOUNTING */
  async store(tx: Db, importing: Importing): Promise<IngestCounts> {
    await this.references.open(tx)
    for await (const batch of oneAhead(this.#batches(importing))) await this.#storeBatch(tx, importing, batch)
    this.#enforceMaxErrors(this.counts.records)
    const { deleted } = await sumSessions(tx, { ids: [...this.#touched], now: importing.actor.now })
    this.counts.sessionsCreated -= deleted
    requireSum(this.counts)
    return this.counts
  }

  async *#batches({ actor }: Importing): AsyncGenerator<Batch> {
    const { format, files } = this.#options
    let batch = new Batch()
    for (const file of files) {
      const source = await file.open()
      try {
        for await (const entry of readFormat(format, source, { now: actor.now, hash: this.hash })) {
          if (this.#isStored(entry, file)) batch.add(entry)
          if (batch.size < batchSize) continue
          yield batch
          batch = new Batch()
        }
      } finally {
        await source.close()
      }
    }
    if (batch.size > 0) yield batch
  }

  /** Counts an entry of a file; false if there is nothing to store. */
  #isStored(entry: Entry, { name }: SessionFile): entry is EventEntry | SessionOnly {
    const { counts } = this
    counts.records += 1
    if (entry.kind === 'event') return true
    if (entry.kind === 'session') {
      counts.skipped += 1
      return true
    }
    if (entry.kind === 'skipped') {
      counts.skipped += 1
      if (entry.isWaiting) counts.waiting += 1
      return false
    }
    counts.rejected += 1
    const { record, field, reason } = entry
    const problem = { code: 'E_RULE', field, column: null, value: '', reason } as const
    this.problems.add(record, problem, this.#options.files.length > 1 ? name : undefined)
    this.#enforceMaxErrors(null)
    return false
  }

  async #storeBatch(tx: Db, importing: Importing, batch: Batch): Promise<void> {
    const { format: source } = this.#options
    const { importId, actor, byCopy } = importing
    const { events } = batch
    const keys = [...new Set(events.map(({ key }) => key))]
    const known = await findKnownEvents(tx, { source, keys })
    // For each batch, and after the known events: a prune that runs meanwhile records its moment before it deletes.
    const prunedBefore = await findPrunedBefore(tx, 'sessions')
    const { pruned, ...merged } = mergedEvents(events, { known, prunedBefore })
    const owners = [...merged.fresh, ...merged.changed.map(({ event }) => event)].map(
      ({ session }) => session,
    )
    await this.references.prepare(tx, batch.names(), importing)
    const { idOf, created, changed } = await storeSessions(tx, {
      source,
      importId,
      now: actor.now,
      sessions: this.#sessionsOf(batch.sessions),
      wanted: new Set([...owners, ...batch.declared]),
    })
    for (const { session, sessionId } of known.values()) idOf.set(session, sessionId)
    const stored = await storeEvents(tx, merged, { source, importId, now: actor.now, byCopy, idOf })
    for (const id of [...changed, ...stored.touched]) this.#touched.add(id)
    this.counts.counted += stored.counted
    this.counts.raised += stored.raised
    this.counts.duplicates += events.length - stored.counted - pruned
    this.counts.skipped += pruned
    this.counts.sessionsCreated += created
    this.#options.onProgress?.(this.counts.records)
    forgetQueries()
  }

  /** Each session of a batch once. */
  #sessionsOf(entries: readonly SessionEntry[]): SessionToStore[] {
    const sessions = new Map<string, SessionToStore>()
    for (const entry of entries) {
      const { session: externalId, at, declared = {} } = entry
      const given = { given: this.#givenOf(entry), declared }
      const before = sessions.get(externalId)
      // Also a single entry: its ranges may be out of order.
      const merged = mergeGiven(before ?? { given: {}, declared: {} }, given)
      const start = before && before.start <= at ? before.start : at
      sessions.set(externalId, { ...merged, externalId, start })
    }
    return [...sessions.values()]
  }

  #givenOf({ at, user, project, sessionType, productivityScore, tags, description }: SessionEntry): Given {
    const { userId, projectId } = this.#options
    const found = {
      userId: user === undefined ? null : this.references.userId(user),
      projectId: project === undefined ? null : this.references.projectId(project),
      sessionType,
      productivityScore,
      tags,
      description,
    }
    const entries = Object.entries(found).flatMap(([field, value]) =>
      value === null || value === undefined ? [] : [[field, [at.getTime(), value]]],
    )
    return {
      ...(Object.fromEntries(entries) as Given),
      // Earlier than any entry of a file, so that it takes precedence.
      ...(userId !== null && { userId: [-1, userId] as const }),
      ...(projectId !== null && { projectId: [-1, projectId] as const }),
    }
  }

  #enforceMaxErrors(total: number | null): void {
    const { rejected, records } = this.counts
    if (rejected > 0)
      enforceMaxErrors(this.#options.maxErrors, { rejected, seen: records, total }, this.problems)
  }
}
