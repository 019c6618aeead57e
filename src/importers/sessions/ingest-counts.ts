import { CtoError } from '../../errors.js'

/** What an ingestion counts: records = counted + duplicates + rejected + skipped. */
export interface IngestCounts {
  /** Entries of events. */
  records: number
  /** Events that were unknown. */
  counted: number
  /** Entries of events that were known, from this file or another. */
  duplicates: number
  rejected: number
  /** Lines and records without an event, and events older than those that `db prune` left. */
  skipped: number
  /** Of the skipped ones: messages that are not complete yet. */
  waiting: number
  /** Known events to which a duplicate added something. */
  raised: number
  sessionsCreated: number
}

export function noEntries(): IngestCounts {
  return {
    records: 0,
    counted: 0,
    duplicates: 0,
    rejected: 0,
    skipped: 0,
    waiting: 0,
    raised: 0,
    sessionsCreated: 0,
  }
}

/** @throws CtoError ACCOUNTING where the parts are not the whole */
export function requireSum({ records, counted, duplicates, rejected, skipped }: IngestCounts): void {
  if (records === counted + duplicates + rejected + skipped) return
  throw new CtoError('ACCOUNTING', 'the counts of the ingestion do not add up; nothing was written', {
    reason: `${records} records, but ${counted} counted + ${duplicates} duplicates + ${rejected} rejected + ${skipped} skipped`,
  })
}
