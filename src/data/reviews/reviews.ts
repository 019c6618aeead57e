import { randomUUID } from 'node:crypto'
import type { SeverityCounts } from '../../domain/delivery/risk.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { allOf, filtersOf, type Conditions, type FilterWords, type List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { NotFoundError } from '../../errors.js'
import type { Review, ReviewFinding, ShownReview } from '../../shapes/review.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { ambiguous } from '../names.js'
import { byAuthor, inPlace, joinAuthor, ofPull, type DeliveryFilter } from '../delivery/delivery-filter.js'

const columns = Prisma.sql`
  v.id::text, v.repository_id::text AS "repositoryId", r.full_name AS repository,
  v.pull_request_id::text AS "pullRequestId", p.number AS "pullRequest", v.sha, v.tool, v.format,
  v.content_sha256 AS "contentSha256", v.risk_score AS "riskScore", v.critical, v.high, v.medium, v.low, v.info,
  v.suppressed, v.reviewed_at AS "reviewedAt", v.import_id::text AS "importId", v.created_at AS "createdAt"`
const from = Prisma.sql`
  ai_reviews v JOIN repositories r ON r.id = v.repository_id LEFT JOIN pull_requests p ON p.id = v.pull_request_id
  ${joinAuthor(Prisma.sql`p.author_id`)}`

export interface ReviewFilter {
  /** Of the repository, and of the pull request that was reviewed and its author. */
  delivery?: DeliveryFilter | undefined
  /** Number of a pull request. */
  pullRequest?: number | undefined
  tool?: string | undefined
  /** At least this risk. */
  risk?: number | undefined
}

/** The newest first. */
export function reviewList(filter: ReviewFilter, words: FilterWords): List<Review> {
  const { delivery, pullRequest, tool, risk } = filter
  const conditions: Conditions = {
    ...(delivery && {
      delivery: Prisma.sql`${inPlace(delivery)} AND ${byAuthor({ bots: 'include', ...delivery })} AND ${ofPull(delivery)}`,
    }),
    ...(pullRequest !== undefined && { pr: Prisma.sql`p.number = ${pullRequest}` }),
    ...(tool !== undefined && { tool: Prisma.sql`lower(v.tool) = lower(${tool})` }),
    ...(risk !== undefined && { risk: Prisma.sql`v.risk_score >= ${risk}` }),
  }
  const integer = Prisma.sql`integer`
  return {
    columns,
    from,
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    sortable: {
      reviewedAt: { sql: Prisma.sql`v.reviewed_at`, type: Prisma.sql`timestamptz`, nullable: false },
      riskScore: { sql: Prisma.sql`v.risk_score`, type: integer, nullable: true },
      tool: { sql: Prisma.sql`v.tool`, type: Prisma.sql`text`, nullable: false },
    },
    order: [{ field: 'reviewedAt', descending: true }],
    id: { sql: Prisma.sql`v.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/** By id, or the beginning of an id that is unique. @throws NotFoundError, CtoError AMBIGUOUS */
export async function getReview(db: Db, id: string): Promise<ShownReview> {
  const pattern = /^[0-9a-f-]{4,36}$/i.test(id) ? `${id.toLowerCase()}%` : ''
  const found = await db.$queryRaw<ShownReview[]>`
    SELECT ${columns}, v.findings FROM ${from} WHERE v.id::text LIKE ${pattern} ORDER BY v.id LIMIT 9`
  const [first] = found
  if (!first) throw new NotFoundError(`no review "${id}"`, { hint: 'cto reviews list' })
  if (found.length === 1) return first
  const labels = found.map((review) => review.id)
  throw ambiguous('reviews', { name: id, labels, isBeginning: true, hint: 'name more of the id' })
}

export interface NewReview extends SeverityCounts {
  tool: string
  sha: string | null
  format: string
  contentSha256: string
  /** Null where the findings have no severities. */
  riskScore: number | null
  suppressed: number
  findings: readonly ReviewFinding[]
  reviewedAt: Date
}

interface StoreReviews {
  repositoryId: string
  pullRequestId: string | null
  reviews: readonly NewReview[]
  importId: string
  actor: Actor
}

/** Findings that are kept of a review. */
const mostFindings = 1000

/** Stores the reviews that are not stored yet. The same file again changes nothing. */
export async function storeReviews(
  tx: Db,
  { repositoryId, pullRequestId, reviews, importId, actor }: StoreReviews,
): Promise<{ stored: Review[]; created: number }> {
  const { sensitivity, headSha } = await contextOf(tx, repositoryId, pullRequestId)
  const stored: Review[] = []
  let created = 0
  for (const { findings, ...review } of reviews) {
    const sha = review.sha ?? headSha
    const known = await findReview(tx, { ...review, sha, repositoryId, pullRequestId })
    if (known) {
      stored.push(known)
      continue
    }
    const id = randomUUID()
    const kept = findings.slice(0, mostFindings)
    await insertRows(tx, 'ai_reviews', [
      {
        ...review,
        id,
        repositoryId,
        pullRequestId,
        sha,
        importId,
        findings: storable(kept, sensitivity),
        createdAt: actor.now,
      },
    ])
    const { tool, riskScore } = review
    await recordAudit(tx, actor, [
      { action: 'review.ingest', entityType: 'aiReview', entityId: id, details: { tool, riskScore } },
    ])
    created++
    stored.push(await getReview(tx, id).then(({ findings: _, ...rest }) => rest))
  }
  return { stored, created }
}

interface Surroundings {
  sensitivity: string
  headSha: string | null
}

async function contextOf(tx: Db, repositoryId: string, pullRequestId: string | null): Promise<Surroundings> {
  const [row] = await tx.$queryRaw<Surroundings[]>`
    SELECT r.sensitivity, (SELECT head_sha FROM pull_requests WHERE id = ${pullRequestId}::uuid) AS "headSha"
    FROM repositories r WHERE r.id = ${repositoryId}::uuid`
  if (row) return row
  throw new NotFoundError('the repository was deleted meanwhile', { hint: 'cto repos list' })
}

async function findReview(
  tx: Db,
  review: Pick<Review, 'repositoryId' | 'pullRequestId' | 'sha' | 'tool' | 'contentSha256'>,
): Promise<Review | undefined> {
  const { repositoryId, pullRequestId, sha, tool, contentSha256 } = review
  const [row] = await tx.$queryRaw<Review[]>`
    SELECT ${columns} FROM ${from}
    WHERE v.repository_id = ${repositoryId}::uuid AND v.tool = ${tool} AND v.content_sha256 = ${contentSha256}
      AND v.pull_request_id IS NOT DISTINCT FROM ${pullRequestId}::uuid AND v.sha IS NOT DISTINCT FROM ${sha}`
  return row
}

/** Without texts and paths in a confidential repository; none in a restricted one. */
function storable(findings: readonly ReviewFinding[], sensitivity: string): readonly ReviewFinding[] {
  if (sensitivity === 'restricted') return []
  if (sensitivity !== 'confidential') return findings
  return findings.map((finding) => ({ ...finding, message: null, path: null }))
}

/** @throws NotFoundError */
export async function getPullRequestId(
  db: Db,
  { repositoryId, number }: { repositoryId: string; number: number },
): Promise<string> {
  const [found] = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM pull_requests WHERE repository_id = ${repositoryId}::uuid AND number = ${number}`
  if (found) return found.id
  throw new NotFoundError(`the repository has no pull request #${number}`, {
    hint: 'leave out --pr, or bring it in first: cto events ingest',
  })
}
