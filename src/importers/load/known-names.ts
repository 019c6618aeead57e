/** More are not kept, however many a file names. */
const mostNames = 50_000

/**
 * The ids of the people and projects that an import has met. Nobody deletes them meanwhile: bugs of the same transaction
 * point to them, as long as none of its batches was taken back.
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

  /** A batch was taken back, and with it perhaps some whom it had created. */
  forget(): void {
    this.#people = new Map()
    this.#projects = new Map()
  }
}
