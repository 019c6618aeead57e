import type { GithubCommit } from './api.js'

/**
 * Counts the people who wrote commits: by login; by email where GitHub found no account for it; by name where there is no
 * email. An email that another commit has with a login is that account's. Authors without any identity count as one.
 */
export class Contributors {
  readonly #logins = new Set<string>()
  readonly #emails = new Set<string>()
  readonly #names = new Set<string>()
  readonly #emailsOfLogins = new Set<string>()

  add({ author, commit }: GithubCommit): void {
    const email = commit?.author?.email?.trim().toLowerCase() ?? ''
    const login = author?.login?.toLowerCase() ?? ''
    if (login !== '') {
      this.#logins.add(login)
      if (email !== '') this.#emailsOfLogins.add(email)
    } else if (email !== '') this.#emails.add(email)
    else this.#names.add(commit?.author?.name?.trim() ?? '')
  }

  get count(): number {
    const unknown = [...this.#emails].filter((email) => !this.#emailsOfLogins.has(email))
    return this.#logins.size + unknown.length + this.#names.size
  }
}
