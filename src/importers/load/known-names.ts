/** Maximum number of names in memory. */
const mostNames = 50_000

/**
 * The ids of the people and projects that earlier batches named. They cannot be deleted meanwhile: bugs of the same
 * transaction refer to them, unless a batch was rolled back.
 */
export class KnownNames {
  #people = new Map<string, string>()
  #projects = new Map<string, string>()

  person(email: string): string | undefined {
    return this.#people.get(email)
  }

  project(name: string): string | undefined {
    return this.#projects.get(name)
  }

  add(people: ReadonlyMap<string, { id: string }>, projects: ReadonlyMap<string, string>): void {
    if (this.#people.size + this.#projects.size > mostNames) this.forget()
    for (const [email, { id }] of people) this.#people.set(email, id)
    for (const [name, id] of projects) this.#projects.set(name, id)
  }

  /** To be called after the rollback of a batch, which may have created some of them. */
  forget(): void {
    this.#people = new Map()
    this.#projects = new Map()
  }
}
