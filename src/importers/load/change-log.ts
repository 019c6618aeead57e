import { createHash } from 'node:crypto'
import { excerpt } from '../spelling.js'

/** One record of the file that would be written. */
export interface RecordChange {
  action: 'create' | 'update'
  /** Its key in the source, its name, or its address. */
  name: string
  /** The changed fields: before and after. Empty for a new record. */
  fields: Record<string, [before: string | null, after: string | null]>
}

const mostChanges = 1000

/** The changes of an import, record by record, and the state of the database that it found. */
export class ChangeLog {
  /** The first thousand. */
  readonly changes: RecordChange[] = []
  count = 0
  #found: string[] = []
  readonly #hash = createHash('sha256')

  /** Notes the version of a record's row in the database, in order; null if there is none. */
  find(name: string, version: string | null): void {
    this.#found.push(`${name}\0${version ?? 'new'}`)
  }

  add(change: RecordChange): void {
    this.count += 1
    if (this.changes.length >= mostChanges) return
    const fields = Object.entries(change.fields).map(
      ([field, [before, after]]) => [field, [short(before), short(after)]] as const,
    )
    this.changes.push({ ...change, fields: Object.fromEntries(fields) as RecordChange['fields'] })
  }

  absorb(batch: ChangeLog): void {
    for (const line of batch.#found) this.#hash.update(`${line}\n`)
    this.count += batch.count
    this.changes.push(...batch.changes.slice(0, mostChanges - this.changes.length))
  }

  /** Equal for the same records and the same rows. */
  fingerprint(): string {
    return this.#hash.copy().digest('hex')
  }
}

function short(text: string | null): string | null {
  return text === null ? null : excerpt(text)
}
