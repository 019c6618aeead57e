import type { LocalEdits, Merged } from '../../../data/imports/import-bug-changes.js'

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
  /** Projects as they were, in the fields that were changed. */
  readonly projectsBefore: Record<string, object> = {}
  readonly peopleChanged: string[] = []
  /** Changed records that the import's audit row had no room for. */
  notKept = 0
  #projectsKept = 0

  noteEdits({ overwritten, kept }: Pick<Merged, 'overwritten' | 'kept'>): void {
    this.overwrittenFields += fieldsIn(overwritten)
    this.overwritten.push(...overwritten.slice(0, mostBugsNamed - this.overwritten.length))
    this.keptFields += fieldsIn(kept)
    this.kept.push(...kept.slice(0, mostBugsNamed - this.kept.length))
  }

  noteProject(id: string, before: object): void {
    const isLong = Object.values(before).some(
      (value) => typeof value === 'string' && value.length > longestKept,
    )
    if (isLong || this.#projectsKept === mostKept) this.notKept += 1
    else {
      this.projectsBefore[id] = before
      this.#projectsKept += 1
    }
  }

  /** Adds what a batch did, now that it is known to stand. */
  absorb(batch: Effects): void {
    this.peopleCreated += batch.peopleCreated
    this.projectsCreated += batch.projectsCreated
    this.leftOut += batch.leftOut
    this.leftAlone += batch.leftAlone
    this.overwrittenFields += batch.overwrittenFields
    this.overwritten.push(...batch.overwritten.slice(0, mostBugsNamed - this.overwritten.length))
    this.keptFields += batch.keptFields
    this.kept.push(...batch.kept.slice(0, mostBugsNamed - this.kept.length))
    for (const [id, before] of Object.entries(batch.projectsBefore)) this.noteProject(id, before)
    this.notKept += batch.notKept
    this.notePeople(batch.peopleChanged)
  }

  /** Of people nothing but their ids is kept. */
  notePeople(ids: readonly string[]): void {
    const room = mostKept - this.peopleChanged.length
    this.peopleChanged.push(...ids.slice(0, room))
    this.notKept += Math.max(0, ids.length - room)
  }
}

function fieldsIn(edits: readonly LocalEdits[]): number {
  return edits.reduce((sum, { fields }) => sum + fields.length, 0)
}

const mostBugsNamed = 100
/** All of it in any import of ordinary size, and yet a row that a database can hold. */
const mostKept = 10_000
/** Characters of one value. */
const longestKept = 2_000
