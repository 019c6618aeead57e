import { BeforeImages } from './before-images.js'
import { ChangeLog } from './change-log.js'
import type { Merged } from '../../data/imports/import-bug-changes.js'
import type { LocalEdits } from '../../data/imports/local-edits.js'

/** What an import does besides its own records, summed over batches. */
export class Effects {
  peopleCreated = 0
  projectsCreated = 0
  /** Cells with an unknown person or project that was not created. */
  leftOut = 0
  /** Values that were changed in cto and overwritten by the source. */
  overwrittenFields = 0
  /** The first hundred of the bugs they were in. */
  readonly overwritten: LocalEdits[] = []
  /** Values that were changed in cto and kept, though the source differs. */
  keptFields = 0
  readonly kept: LocalEdits[] = []
  /** Existing records that the mode does not change. */
  leftAlone = 0
  /** Records that --newer-only skipped, as they are not newer than the stored bug. */
  older = 0
  /** Bugs that have another key in the source now. */
  renamed = 0
  /** Bugs that have lost their key in the source to another bug. */
  released = 0
  /** The earliest moment of rows of history that were given another date. */
  redatedSince: Date | null = null
  /** Closed months, such as `2026-10-01`, whose figures the import changed and that differ from the stored ones. */
  closedMonths: string[] = []
  /** The replaced values. */
  readonly images = new BeforeImages()
  /** Present if changes are recorded, as for a plan. */
  readonly changes: ChangeLog | undefined

  constructor(changes?: ChangeLog) {
    this.changes = changes
  }

  /** New effects for a batch that may be rolled back. */
  batch(): Effects {
    return new Effects(this.changes && new ChangeLog())
  }

  noteEdits({ overwritten, kept }: Pick<Merged, 'overwritten' | 'kept'>): void {
    this.overwrittenFields += fieldsIn(overwritten)
    this.overwritten.push(...overwritten.slice(0, mostBugsNamed - this.overwritten.length))
    this.keptFields += fieldsIn(kept)
    this.kept.push(...kept.slice(0, mostBugsNamed - this.kept.length))
  }

  noteRedated(since: Date | null): void {
    if (since !== null && (this.redatedSince === null || since < this.redatedSince)) this.redatedSince = since
  }

  /** Adds the effects of a batch that was not rolled back. */
  absorb(batch: Effects): void {
    this.peopleCreated += batch.peopleCreated
    this.projectsCreated += batch.projectsCreated
    this.leftOut += batch.leftOut
    this.leftAlone += batch.leftAlone
    this.older += batch.older
    this.renamed += batch.renamed
    this.released += batch.released
    this.overwrittenFields += batch.overwrittenFields
    this.overwritten.push(...batch.overwritten.slice(0, mostBugsNamed - this.overwritten.length))
    this.keptFields += batch.keptFields
    this.kept.push(...batch.kept.slice(0, mostBugsNamed - this.kept.length))
    this.noteRedated(batch.redatedSince)
    this.images.absorb(batch.images)
    if (batch.changes) this.changes?.absorb(batch.changes)
  }
}

function fieldsIn(edits: readonly LocalEdits[]): number {
  return edits.reduce((sum, { fields }) => sum + fields.length, 0)
}

const mostBugsNamed = 100
