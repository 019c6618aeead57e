/*
 * The keys of facts at their sources, as texts: `github.com#1296269` is a repository or an account by its id,
 * `github.com@ada@example.com` an account by its e-mail address.
 */

export type AccountKey = string
export type RepositoryKey = string

export function idKey(host: string, id: number): string {
  return `${host}#${id}`
}

export function emailKey(host: string, email: string): AccountKey {
  return `${host}@${email.toLowerCase()}`
}

/** The parts of a key of an account. */
export function accountOf(key: AccountKey): {
  host: string
  externalId: number | null
  email: string | null
} {
  const [, host = '', sign, rest = ''] = /^([^#@]*)([#@])(.*)$/s.exec(key) ?? []
  return sign === '#'
    ? { host, externalId: Number(rest), email: null }
    : { host, externalId: null, email: rest }
}

/** Of a commit, pull request, issue or deployment, within its repository. */
export interface PartKey {
  repository: RepositoryKey
  /** The sha or the number; of a deployment its source and id. */
  part: string
}

/** Of a review or comment. */
export interface ResponseKey {
  of: 'pullRequest' | 'issue'
  repository: RepositoryKey
  number: number
  kind: 'review' | 'comment' | 'diff_comment'
  externalId: number
}
