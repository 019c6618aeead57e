import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import type { ImportLog } from '../../shapes/import.js'
import { countsOf } from '../counts.js'
import { Prisma } from '../../engine/sql.js'
import { olderFacts } from './later-delivery.js'
import { linkDeployments } from './link-deployments.js'
import { refreshIssues, refreshPullRequests } from './refresh-anchors.js'
import { lockDelivery } from './store-facts.js'

const factTables = [
  'ai_reviews',
  'pull_request_reviews',
  'commits',
  'pull_requests',
  'issues',
  'deployments',
] as const

/** The raw events that an import stored. */
export async function countRawEvents(db: Db, importId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM events WHERE import_id = ${importId}::uuid`
  return row?.n ?? 0
}

/** The facts that an import created. */
export async function countFacts(db: Db, importId: string): Promise<number> {
  const [row] = await db.$queryRaw<Record<string, number>[]>`
    SELECT ${countsOf(factTables, Prisma.sql`import_id = ${importId}::uuid`)}`
  return Object.values(row ?? {}).reduce((sum, count) => sum + count, 0)
}

/**
 * Whether an import changed facts that it did not create: those stay. Of a sync and a clone that follows from how many they
 * reported; where their counts are unknown, they may have.
 */
export async function changedOlderFacts(
  db: Db,
  { id, metadata }: Pick<ImportLog, 'id' | 'metadata'>,
): Promise<boolean> {
  if (metadata?.type === 'events') {
    const [row] = await db.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (${olderFacts(id)}) AS found`
    return row?.found ?? false
  }
  const isSync = metadata?.type === 'delivery'
  if (!isSync && metadata?.preset !== 'git') return false
  const { counts } = metadata
  if (counts === undefined) return true
  const reported = isSync
    ? Object.values(counts).reduce((sum, count) => sum + count, 0)
    : (counts['commits'] ?? 0)
  return reported > (await countFacts(db, id))
}

interface Left {
  repositories: string[]
  pullRequests: string[]
  issues: string[]
}

/**
 * Deletes the events and facts that an import created, and accounts and repositories of which nothing else is known; a sync starts again
 * from where it was before. Returns how many went.
 */
export async function undoFacts(
  tx: Db,
  { id, metadata }: ImportLog,
): Promise<{ events: number; facts: number }> {
  const facts = await countFacts(tx, id)
  const events = await countRawEvents(tx, id)
  if (events + facts === 0 && metadata?.type !== 'delivery') return { events, facts }
  await lockDelivery(tx)
  const left = await findAround(tx, id)
  for (const table of ['events', ...factTables])
    await tx.$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE import_id = ${id}::uuid`
  await deleteAccounts(tx, id)
  await deleteRepository(tx, id)
  if (metadata?.type === 'delivery') await setBack(tx, metadata)
  await refreshPullRequests(tx, left.pullRequests)
  await refreshIssues(tx, left.issues)
  await linkDeployments(tx, left.repositories)
  return { events, facts }
}

/** What stays, of which facts of the import are a part. */
async function findAround(tx: Db, importId: string): Promise<Left> {
  const isOwn = Prisma.sql`import_id = ${importId}::uuid`
  const repositories = await tx.$queryRaw<{ id: string }[]>`
    SELECT repository_id::text AS id FROM pull_requests WHERE ${isOwn}
    UNION
    SELECT repository_id::text FROM commits WHERE ${isOwn}
    UNION
    SELECT repository_id::text FROM deployments WHERE ${isOwn}`
  const pullRequests = await tx.$queryRaw<{ id: string }[]>`
    SELECT pull_request_id::text AS id FROM pull_request_reviews WHERE ${isOwn} AND pull_request_id IS NOT NULL
    UNION
    SELECT pull_request_id::text FROM commits WHERE ${isOwn} AND pull_request_id IS NOT NULL`
  const issues = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT issue_id::text AS id FROM pull_request_reviews WHERE ${isOwn} AND issue_id IS NOT NULL`
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id)
  return {
    repositories: idsOf(repositories),
    pullRequests: idsOf(pullRequests),
    issues: idsOf(issues),
  }
}

async function deleteAccounts(tx: Db, importId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM accounts a
    WHERE a.import_id = ${importId}::uuid AND a.user_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM pull_requests x WHERE x.author_id = a.id OR x.merged_by_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM pull_request_reviews x WHERE x.author_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM issues x WHERE x.author_id = a.id OR x.assignee_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM commits x WHERE x.author_id = a.id OR x.committer_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM events x WHERE x.actor_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM accounts x WHERE x.main_id = a.id AND x.import_id IS DISTINCT FROM a.import_id)`
}

async function deleteRepository(tx: Db, importId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM repositories r
    WHERE r.import_id = ${importId}::uuid
      AND NOT EXISTS (SELECT 1 FROM commits x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM pull_requests x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM issues x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM deployments x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM events x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM ai_reviews x WHERE x.repository_id = r.id)`
}

/** The next sync fetches again what this one did. */
async function setBack(tx: Db, metadata: NonNullable<ImportLog['metadata']>): Promise<void> {
  const { repositoryId = null, syncState = {}, syncedFrom = null, syncedThrough = null } = metadata
  await tx.$executeRaw`
    UPDATE repositories
    SET sync_state = ${JSON.stringify(syncState)}::jsonb, synced_from = ${syncedFrom}::timestamptz,
      synced_through = ${syncedThrough}::timestamptz
    WHERE id = ${repositoryId}::uuid`
}

/**
 * A later sync of the same repository wrote the rows of an earlier one again, and its cursors lie after it.
 *
 * @throws CtoError CONFLICT, which names the last of them
 */
export async function requireLastSync(db: Db, { id, metadata }: ImportLog): Promise<void> {
  if (metadata?.type !== 'delivery') return
  const [later] = await db.$queryRaw<{ id: string; file: string; timestamp: Date }[]>`
    SELECT l.id::text, l.metadata ->> 'file' AS file, l.timestamp
    FROM import_logs l, import_logs this
    WHERE this.id = ${id}::uuid AND l.id <> this.id AND l.metadata ->> 'type' = 'delivery'
      AND l.metadata ->> 'repositoryId' = this.metadata ->> 'repositoryId' AND l.metadata ->> 'state' <> 'undone'
      AND (l.timestamp, coalesce((l.metadata ->> 'order')::bigint, 0))
        > (this.timestamp, coalesce((this.metadata ->> 'order')::bigint, 0))
    ORDER BY l.timestamp DESC, (l.metadata ->> 'order')::bigint DESC NULLS LAST, l.id
    LIMIT 1`
  if (later === undefined) return
  throw new CtoError('CONFLICT', `import ${id} cannot be undone before import ${later.id}`, {
    reason: `the sync of ${later.file} of ${later.timestamp.toISOString()} wrote its rows again`,
    hint: `cto import undo ${later.id}`,
  })
}
