/** Rows as they were in the fields that were changed, by id. */
export type Images = Record<string, object>

/**
 * What an import replaces, so that it can be undone. The history of bugs holds what people see of them; here is what
 * follows from it, such as the clock. Of people nothing but their ids is kept.
 */
export class BeforeImages {
  bugs: Images = {}
  projects: Images = {}
  people: string[] = []
  #records = 0
  #characters = 0

  addBug(id: string, before: object): void {
    this.bugs[id] = before
    this.#weigh(before)
  }

  addProject(id: string, before: object): void {
    this.projects[id] = before
    this.#weigh(before)
  }

  addPeople(ids: readonly string[]): void {
    this.people.push(...ids)
    this.#records += ids.length
  }

  absorb({ bugs, projects, people }: BeforeImages): void {
    for (const [id, before] of Object.entries(bugs)) this.addBug(id, before)
    for (const [id, before] of Object.entries(projects)) this.addProject(id, before)
    this.addPeople(people)
  }

  /** Whether it is time for an audit row of their own: a row holds any import of ordinary size. */
  get isFull(): boolean {
    return this.#records >= mostRecords || this.#characters >= mostCharacters
  }

  /** All of them, as audit rows keep them; none are left behind. */
  take(): { bugsBefore?: Images; projectsBefore?: Images; peopleChanged?: string[] } {
    const { bugs, projects, people } = this
    this.bugs = {}
    this.projects = {}
    this.people = []
    this.#records = 0
    this.#characters = 0
    return {
      ...(Object.keys(bugs).length > 0 && { bugsBefore: bugs }),
      ...(Object.keys(projects).length > 0 && { projectsBefore: projects }),
      ...(people.length > 0 && { peopleChanged: people }),
    }
  }

  #weigh(before: object): void {
    this.#records += 1
    this.#characters += JSON.stringify(before).length
  }
}

const mostRecords = 10_000
const mostCharacters = 4_000_000
