import { emailKey, idKey, type AccountKey } from '../../domain/delivery/fact-key.js'
import type { Reports } from '../../domain/delivery/reports.js'
import { report } from '../../domain/delivery/seen.js'

/** The author or committer of a commit. */
export interface CommitPerson {
  email: string
  name: string | null
  /** The login with which it was pushed. */
  username?: string | undefined
}

interface ReportPerson {
  host: string
  at: Date
  reports: Reports
}

/** GitHub's account for deleted users. */
export const ghost = 10_137

export function isBotName(login: string): boolean {
  return login.endsWith('[bot]')
}

const noreply = /^(\d+)\+([^@]+)@users\.noreply\./i

/** Reports the account of a commit's author or committer, by the address; null without one. */
export function accountKeyOf(
  { email: given, name, username }: CommitPerson,
  { host, at, reports }: ReportPerson,
): AccountKey | null {
  const email = given.trim().toLowerCase()
  if (email === '') return null
  const [, id, login] = noreply.exec(email) ?? []
  if (Number.isSafeInteger(Number(id)) && login !== undefined) {
    if (Number(id) === ghost) return null
    const key = idKey(host, Number(id))
    reports.account(key, report({ login, isBot: isBotName(login) }, { rank: 0, at }))
    return key
  }
  const key = emailKey(host, email)
  reports.account(key, report({ name }, { rank: 1, at }))
  // Its main account is the one of this login.
  if (username) reports.account(key, report({ login: username }, { rank: 1, at }))
  return key
}
