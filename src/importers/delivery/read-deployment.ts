import { merged, nothingSeen, report, type Seen } from '../../domain/delivery/seen.js'
import { countAt, flagAt, momentAt, objectAt, textAt, type Payload } from './payload.js'
import type { ReadContext } from './source-event.js'

export function readDeployment(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'deployment')
  const id = countAt(found, 'id')
  if (found === undefined || id === undefined) return false
  ctx.reports.deployment(keyOf(ctx, 'deployment', String(id)), deploymentSeen(ctx, found))
  return true
}

/** The first success counts; a failure or what is under way only while there is none. */
const ends: Readonly<Record<string, 'success' | 'failure'>> = {
  success: 'success',
  inactive: 'success',
  failure: 'failure',
  error: 'failure',
}

export function readDeploymentStatus(ctx: ReadContext): boolean {
  const { payload, occurredAt } = ctx.event
  const found = objectAt(payload, 'deployment')
  const status = objectAt(payload, 'deployment_status')
  const id = countAt(found, 'id')
  if (found === undefined || id === undefined) return false
  const state = textAt(status, 'state') ?? ''
  const at = momentAt(status, 'created_at') ?? occurredAt
  const end = Object.hasOwn(ends, state) ? ends[state] : undefined
  // An older deployment becomes inactive when another one succeeds: it must have succeeded itself, but when is unknown.
  const ended = end === undefined || state === 'inactive' ? nothingSeen : endSeen(end, at)
  ctx.reports.deployment(keyOf(ctx, 'deployment', String(id)), merged(deploymentSeen(ctx, found), ended))
  return true
}

/** A release that is published, neither a draft nor a prerelease. */
export function readRelease(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'release')
  const id = countAt(found, 'id')
  const publishedAt = momentAt(found, 'published_at')
  if (found === undefined || id === undefined || !publishedAt) return false
  if (flagAt(found, 'draft') !== false || flagAt(found, 'prerelease') !== false) return false
  const core = report(
    { environment: 'production', ref: textAt(found, 'tag_name'), startedAt: publishedAt },
    { rank: 1, at: publishedAt },
  )
  ctx.reports.deployment(keyOf(ctx, 'release', String(id)), merged(core, endSeen('success', publishedAt)))
  return true
}

/** A tag that was created; its sha comes with the push. */
export function readTag(ctx: ReadContext): boolean {
  const { payload } = ctx.event
  const name = textAt(payload, 'ref')
  return textAt(payload, 'ref_type') === 'tag' && !!name ? reportTag(ctx, name, undefined) : false
}

const noSha = /^0+$/

export function reportTag(ctx: ReadContext, name: string, sha: string | null | undefined): boolean {
  const { occurredAt } = ctx.event
  if (sha !== undefined && (sha === null || noSha.test(sha))) return false
  const core = report(
    { environment: 'production', ref: name, startedAt: occurredAt },
    { rank: 1, at: occurredAt, earliest: true },
  )
  const commit = report({ sha }, { rank: 1, at: occurredAt, earliest: true })
  const seen = [core, commit, endSeen('success', occurredAt)].reduce(merged)
  ctx.reports.deployment(keyOf(ctx, 'tag', name), seen)
  return true
}

/** A tag of which only the commit is known: it was created at that moment at the earliest. */
export function reportOldTag(
  { event: { occurredAt: at }, repository, reports }: ReadContext,
  { name, sha }: { name: string; sha: string },
): void {
  const rank = { rank: 0, at, earliest: true }
  const seen = [
    report({ environment: 'production', ref: name, startedAt: at }, rank),
    // A push of an annotated tag has the sha of the tag.
    report({ sha }, { rank: 2, at, earliest: true }),
    report({ status: 'success', finishedAt: at }, rank),
  ].reduce(merged)
  reports.deployment({ repository, part: `tag ${name}` }, seen)
}

/** A run of a workflow on the default branch. It is stored if the repository deploys by workflows of this name. */
export function readWorkflowRun(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'workflow_run')
  const id = countAt(found, 'id')
  const name = textAt(found, 'name')
  if (id === undefined || !name || (textAt(found, 'event') ?? '').startsWith('pull_request')) return false
  if (ctx.defaultBranch === null || textAt(found, 'head_branch') !== ctx.defaultBranch) return false
  const conclusion = textAt(found, 'conclusion') ?? null
  const end = conclusion !== null && Object.hasOwn(runEnds, conclusion) ? runEnds[conclusion] : undefined
  if (conclusion !== null && end === undefined) return false
  const startedAt = momentAt(found, 'run_started_at') ?? momentAt(found, 'created_at')
  const core = report(
    {
      environment: 'production',
      sha: textAt(found, 'head_sha'),
      ref: ctx.defaultBranch,
      startedAt: momentAt(found, 'created_at') ?? undefined,
    },
    { rank: 1, at: startedAt ?? ctx.event.occurredAt },
  )
  const at = momentAt(found, 'updated_at') ?? ctx.event.occurredAt
  const seen = merged(core, end === undefined ? nothingSeen : endSeen(end, at))
  ctx.reports.deployment(keyOf(ctx, 'workflow', String(id)), seen, { workflow: name })
  return true
}

/** What was cancelled or skipped, or left undecided, is no deployment. */
const runEnds: Readonly<Record<string, 'success' | 'failure'>> = {
  success: 'success',
  failure: 'failure',
  timed_out: 'failure',
  startup_failure: 'failure',
}

function deploymentSeen({ event }: ReadContext, found: Payload): Seen {
  const at = momentAt(found, 'created_at') ?? event.occurredAt
  return report(
    {
      environment: textAt(found, 'environment') ?? 'production',
      sha: textAt(found, 'sha'),
      ref: textAt(found, 'ref'),
      startedAt: at,
    },
    { rank: 1, at },
  )
}

function endSeen(status: 'success' | 'failure', at: Date): Seen {
  return status === 'success'
    ? report({ status, finishedAt: at }, { rank: 2, at, earliest: true })
    : report({ status, finishedAt: at }, { rank: 1, at })
}

function keyOf(
  { repository }: ReadContext,
  source: 'deployment' | 'release' | 'tag' | 'workflow',
  id: string,
) {
  return { repository, part: `${source} ${id}` }
}
