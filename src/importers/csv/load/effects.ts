import type { Overwritten } from '../../../data/imports/import-bug-changes.js'

/** What an import does besides its own records, added up batch by batch. */
export class Effects {
  peopleCreated = 0
  projectsCreated = 0
  /** Cells with somebody, or some project, that is unknown and was not to be created. */
  leftOut = 0
  /** Values that had been changed here, and are the source's again. */
  overwrittenFields = 0
  /** The first hundred of the bugs they were in. */
  readonly overwritten: Overwritten[] = []
  /** Projects as they were, in the fields that were changed. */
  readonly projectsBefore: Record<string, object> = {}
  readonly peopleChanged: string[] = []
  /** Changed records that the import's audit row had no room for. */
  notKept = 0
  #projectsKept = 0

  noteOverwritten(bugs: readonly Overwritten[]): void {
    for (const bug of bugs) {
      this.overwrittenFields += bug.fields.length
      if (this.overwritten.length < mostBugsNamed) this.overwritten.push(bug)
    }
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

  /** Of people nothing but their ids is kept. */
  notePeople(ids: readonly string[]): void {
    const room = mostKept - this.peopleChanged.length
    this.peopleChanged.push(...ids.slice(0, room))
    this.notKept += Math.max(0, ids.length - room)
  }
}

const mostBugsNamed = 100
/** All of it in any import of ordinary size, and yet a row that a database can hold. */
const mostKept = 10_000
/** Characters of one value. */
const longestKept = 2_000
