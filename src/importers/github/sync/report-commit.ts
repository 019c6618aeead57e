import { revertedSha } from '../../../domain/delivery/reverted-sha.js'
import { merged, nothingSeen, report } from '../../../domain/delivery/seen.js'
import { accountKeyOf } from '../../delivery/commit-person.js'
import { isObject, listAt, momentAt, objectAt, sizeAt, textAt, type Payload } from '../../delivery/payload.js'
import type { PageReports } from './page-reports.js'

/** The pull request whose commit it is. */
export interface PullOfCommit {
  number: number
  openedAt: Date
  mergedAt: Date | null
}

/** Reports a commit as REST has it; the same as a clone reports. Of several pull requests it belongs to the first merged. */
export function reportCommit(
  page: PageReports,
  commit: Payload,
  { pull, isOnDefaultBranch = false }: { pull?: PullOfCommit; isOnDefaultBranch?: boolean },
): void {
  const sha = textAt(commit, 'sha')
  const details = objectAt(commit, 'commit')
  if (!sha || details === undefined) return
  const authoredAt = momentAt(objectAt(details, 'author'), 'date') ?? null
  const committedAt = momentAt(objectAt(details, 'committer'), 'date') ?? null
  const at = { rank: 2, at: committedAt ?? authoredAt ?? new Date(0) }
  const { account, host, reports, repository } = page.at(at.at, {})
  const person = (role: 'author' | 'committer') => {
    const found = objectAt(details, role)
    const email = textAt(found, 'email')
    const user = objectAt(commit, role)
    account(user)
    const username = textAt(user, 'login') ?? undefined
    const name = textAt(found, 'name') ?? null
    return email ? accountKeyOf({ email, name, username }, { host, at: at.at, reports }) : null
  }
  const message = textAt(details, 'message') ?? ''
  const parents = listAt(commit, 'parents')
    ?.filter(isObject)
    .flatMap((parent) => textAt(parent, 'sha') ?? [])
  const core = report(
    {
      authorId: person('author'),
      committerId: person('committer'),
      authoredAt,
      committedAt,
      subject: subjectOf(message),
      revertsSha: revertedSha(message),
      parents,
    },
    at,
  )
  const stats = objectAt(commit, 'stats')
  const sizes = report(
    // A merge has no lines of its own.
    parents !== undefined && parents.length > 1
      ? { additions: undefined }
      : {
          additions: sizeAt(stats, 'additions'),
          deletions: sizeAt(stats, 'deletions'),
          filesChanged: sizeAt(commit, 'changed_files'),
        },
    at,
  )
  const branch = isOnDefaultBranch
    ? report({ onDefaultBranch: true }, { rank: 2, at: new Date(0) })
    : nothingSeen
  const own = pull ? ownerSeen(repository, pull) : nothingSeen
  reports.commit({ repository, part: sha }, [core, sizes, branch, own].reduce(merged))
}

function ownerSeen(repository: string, { number, openedAt, mergedAt }: PullOfCommit) {
  return report(
    { pullRequestId: `${repository} ${number}` },
    { rank: mergedAt ? 2 : 1, at: mergedAt ?? openedAt, earliest: true },
  )
}

/** As git shows it: the lines before the first empty one, in one line. */
function subjectOf(message: string): string {
  return (message.trimStart().split(/\r?\n[ \t]*\r?\n/, 1)[0] ?? '').split(/\r?\n/).join(' ').trimEnd()
}
