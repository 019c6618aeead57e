import { BeforeImages } from './before-images.js'
import { ChangeLog } from './change-log.js'
import type { LocalEdits, Merged } from '../../data/imports/import-bug-changes.js'

/** What an import does besides its own records, added up batch by batch. */
export class Effects {
  peopleCreated = 0
  projectsCreated = 0
  /** Cells with somebody, or some project, that is unknown and was not to be created. */
  leftOut = 0
  /** Values that had been changed here, and are the source's again. */
  overwrittenFields = 0
  /** The first hundred of the bugs they were in. */
  readonly overwritten: LocalEdits[] = []
  /** Values that were changed here and stayed, though the source says something else. */
  keptFields = 0
  readonly kept: LocalEdits[] = []
  /** Records that are there already, and were not to be changed. */
  leftAlone = 0
  /** Records that say nothing newer than what is known, and were not taken as --newer-only has it. */
  older = 0
  /** Bugs that have another key in the source now. */
  renamed = 0
  /** Bugs that have lost their key in the source to another bug. */
  released = 0
  /** What was replaced. */
  readonly images = new BeforeImages()
  /** Present where it is asked for what changes, as a plan does. */
  readonly changes: ChangeLog | undefined

  constructor(changes?: ChangeLog) {
    this.changes = changes
  }

  /** For a batch that may be taken back. */
  batch(): Effects {
    return new Effects(this.changes && new ChangeLog())
  }

  noteEdits({ overwritten, kept }: Pick<Merged, 'overwritten' | 'kept'>): void {
    this.overwrittenFields += fieldsIn(overwritten)
    this.overwritten.push(...overwritten.slice(0, mostBugsNamed - this.overwritten.length))
    this.keptFields += fieldsIn(kept)
    this.kept.push(...kept.slice(0, mostBugsNamed - this.kept.length))
  }

  /** Adds what a batch did, now that it is known to stand. */
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
    this.images.absorb(batch.images)
    if (batch.changes) this.changes?.absorb(batch.changes)
  }
}

function fieldsIn(edits: readonly LocalEdits[]): number {
  return edits.reduce((sum, { fields }) => sum + fields.length, 0)
}

const mostBugsNamed = 100
