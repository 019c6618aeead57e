import { revertedSha } from '../../domain/delivery/reverted-sha.js'
import { merged, nothingSeen, report } from '../../domain/delivery/seen.js'
import { isObject, listAt, momentAt, objectAt, textAt, type Payload } from './payload.js'
import type { ReadContext } from './source-event.js'
import { reportTag } from './read-deployment.js'

/** Commits that a push brings. A push has no lines, and an archive no times. */
export function readPush(ctx: ReadContext): boolean {
  const { payload } = ctx.event
  const ref = textAt(payload, 'ref') ?? ''
  if (ref.startsWith('refs/tags/')) {
    return reportTag(ctx, ref.slice('refs/tags/'.length), textAt(payload, 'after') ?? textAt(payload, 'head'))
  }
  const branch = ref.replace(/^refs\/heads\//, '')
  const commits = (listAt(payload, 'commits') ?? []).filter(isObject)
  for (const commit of commits) reportCommit(ctx, commit, branch === ctx.defaultBranch)
  return commits.length > 0
}

function reportCommit(
  { event: { occurredAt }, repository, reports, person }: ReadContext,
  commit: Payload,
  onDefaultBranch: boolean,
): void {
  const sha = textAt(commit, 'id') ?? textAt(commit, 'sha')
  if (!sha) return
  const message = textAt(commit, 'message')
  const committedAt = momentAt(commit, 'timestamp')
  const core = report(
    {
      authorId: person(objectAt(commit, 'author')),
      committerId: person(objectAt(commit, 'committer')) ?? undefined,
      committedAt: committedAt ?? undefined,
      subject: message?.split('\n')[0],
      revertsSha: message === null || message === undefined ? undefined : revertedSha(message),
    },
    // The same commit pushed again has the same core: the earliest report counts.
    { rank: committedAt ? 1 : 0, at: committedAt ?? occurredAt, earliest: true },
  )
  const branch = onDefaultBranch
    ? report({ onDefaultBranch }, { rank: 1, at: occurredAt, earliest: true })
    : nothingSeen
  reports.commit({ repository, part: sha }, merged(core, branch))
}
