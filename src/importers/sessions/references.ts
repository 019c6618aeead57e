import { createImportedProjects } from '../../data/imports/import-projects.js'
import { createImportedUsers } from '../../data/imports/import-users.js'
import type { Importing } from '../../data/imports/importing.js'
import { findNameable, type Nameable } from '../../data/sessions/nameable.js'
import { isEmail } from '../../domain/user.js'
import type { Db } from '../../engine/client.js'
import { valueKey } from '../spelling.js'
import { peopleIndex, type FindPerson, type KnownPerson } from '../validate/people.js'

/** Names that no user or project has, at most: they are shown to the user. */
const mostUnknown = 1000

/** Finds users and projects by what a source calls them. With `create`, unknown emails and projects are created. */
export class References {
  readonly unknownUsers = new Set<string>()
  readonly unknownProjects = new Set<string>()
  readonly #people: readonly KnownPerson[]
  readonly #create: boolean
  #userIds = new Map<string, string>()
  #projectIds = new Map<string, string | null>()
  #find: FindPerson = () => null

  constructor({ people, create }: { people: readonly KnownPerson[]; create: boolean }) {
    this.#people = people
    this.#create = create
  }

  async open(tx: Db): Promise<void> {
    this.#index(await findNameable(tx))
  }

  /** Creates what is unknown, if that is wanted. */
  async prepare(
    tx: Db,
    names: { users: readonly string[]; projects: readonly string[] },
    importing: Importing,
  ): Promise<void> {
    const users = distinct(names.users, (name) => this.userId(name) === null)
    const projects = distinct(names.projects, (name) => this.#projectIds.get(valueKey(name)) === undefined)
    if (this.#create) {
      const emails = users.map((name) => name.toLowerCase()).filter(isEmail)
      await createImportedUsers(
        tx,
        emails.map((email) => newUser(email, this.#find(email)?.name)),
        importing,
      )
      await createImportedProjects(
        tx,
        projects.map((name) => ({ name })),
        importing,
      )
      if (emails.length + projects.length > 0) await this.open(tx)
    }
    for (const name of users) if (this.userId(name) === null) note(this.unknownUsers, name)
    for (const name of projects) if (this.projectId(name) === null) note(this.unknownProjects, name)
  }

  userId(label: string): string | null {
    const email = isEmail(label.toLowerCase()) ? label.toLowerCase() : this.#find(label)?.email
    return email === undefined ? null : (this.#userIds.get(email) ?? null)
  }

  /** Null for a name that several projects have. */
  projectId(name: string): string | null {
    return this.#projectIds.get(valueKey(name)) ?? null
  }

  #index({ users, projects }: Nameable): void {
    this.#userIds = new Map(users.map(({ id, email }) => [email, id]))
    const named = peopleIndex(this.#people)
    const stored = peopleIndex(users.map(({ email, name }) => ({ email, labels: [name] })))
    this.#find = (label) => named(label) ?? stored(label)
    this.#projectIds = new Map()
    for (const { id, name, githubUrl } of projects) {
      const repository = githubUrl?.split('/').at(-1)
      for (const key of new Set([name, repository ?? name].map(valueKey))) {
        const known = this.#projectIds.get(key)
        this.#projectIds.set(key, known === undefined || known === id ? id : null)
      }
    }
  }
}

function newUser(email: string, name: string | null | undefined) {
  return { email, name: name ?? email.replace(/@.*$/, ''), role: 'engineer' as const, isActive: true }
}

function distinct(names: readonly string[], isWanted: (name: string) => boolean): string[] {
  return [...new Map(names.filter(isWanted).map((name) => [valueKey(name), name])).values()]
}

function note(names: Set<string>, name: string): void {
  if (names.size < mostUnknown) names.add(name)
}
