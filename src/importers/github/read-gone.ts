import type { StoredIssue } from '../../data/imports/gone-bugs.js'
import type { GithubIssue } from './api.js'
import type { Github } from './client.js'
import { githubStatus } from './failure.js'
import { uidOf } from './read-issue.js'

/** A stored bug whose issue its repository has no longer. */
export interface GoneIssue extends StoredIssue {
  /** The target of its transfer; null if it was deleted or is not visible. */
  movedTo: { externalId: string; externalUid: string | null } | null
}

interface ReadGone {
  /** `owner/name`. */
  name: string
  stored: readonly StoredIssue[]
  /** The numbers of all its issues. */
  listed: ReadonlySet<number>
}

/** Asks GitHub what became of the stored issues that are not listed any more, one request for each. */
export async function readGone(github: Github, { name, stored, listed }: ReadGone): Promise<GoneIssue[]> {
  const gone: GoneIssue[] = []
  for (const issue of stored) {
    const number = Number(/\/issues\/(\d+)$/.exec(issue.externalId)?.[1])
    if (!Number.isSafeInteger(number) || listed.has(number)) continue
    const found = await ask(github, `GET /repos/${name}/issues/${number}`)
    if (found === null) gone.push({ ...issue, movedTo: null })
    else if (!isOf(name, found)) {
      gone.push({ ...issue, movedTo: { externalId: found.html_url, externalUid: uidOf(found) } })
    }
  }
  return gone
}

async function ask(github: Github, route: string): Promise<GithubIssue | null> {
  try {
    const { data } = await github.get<GithubIssue>(route)
    return data
  } catch (error) {
    if ([404, 410].includes(githubStatus(error) ?? 0)) return null
    throw error
  }
}

function isOf(name: string, { html_url: url }: GithubIssue): boolean {
  return url.toLowerCase().includes(`/${name.toLowerCase()}/issues/`)
}
