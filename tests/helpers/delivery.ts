import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { linkDeployments } from '../../src/data/delivery/link-deployments.js'
import { joinStages } from '../../src/data/delivery/pull-stages.js'
import { stagesOf, type Anchors, type Stages } from '../../src/domain/delivery/stages.js'
import type { TestDatabase } from './database.js'

/*
 * Facts of repositories, stored as rows: metrics are computed from tables, whatever brought the rows. Keys are names of
 * columns; what is not given is null or the column's default.
 */

type Row = Record<string, unknown>

async function insert(db: TestDatabase, table: string, row: Row): Promise<string> {
  const whole: Row = { id: randomUUID(), ...row }
  const names = Object.keys(whole)
  const places = names.map((_, index) => `$${index + 1}`)
  await db.sql(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(whole),
  )
  return String(whole['id'])
}

export function addOrganization(db: TestDatabase, slug: string, row: Row = {}): Promise<string> {
  return insert(db, 'organizations', { slug, name: slug, ...row })
}

/** `acme/web`, whose default branch is main. */
export function addRepository(db: TestDatabase, organizationId: string, row: Row = {}): Promise<string> {
  const { full_name = 'acme/web', ...more } = row
  return insert(db, 'repositories', {
    organization_id: organizationId,
    host: 'github.com',
    full_name,
    default_branch: 'main',
    sensitivity: 'public',
    ...more,
  })
}

export function addAccount(db: TestDatabase, login: string, row: Row = {}): Promise<string> {
  return insert(db, 'accounts', { host: 'github.com', login, ...row })
}

let lastNumber = 0

/** Known in full; merged if it has a `merged_at`, closed if a `closed_at`. */
export function addPull(db: TestDatabase, repositoryId: string, row: Row = {}): Promise<string> {
  const state = row['merged_at'] ? 'merged' : row['closed_at'] ? 'closed' : 'open'
  return insert(db, 'pull_requests', {
    repository_id: repositoryId,
    number: ++lastNumber,
    state,
    detail: 'full',
    base_branch: 'main',
    closed_at: row['merged_at'] ?? null,
    opened_at: row['ready_at'] ?? row['first_commit_at'] ?? row['merged_at'] ?? new Date(0),
    ...row,
  })
}

export function addReview(db: TestDatabase, pullRequestId: string, row: Row = {}): Promise<string> {
  return insert(db, 'pull_request_reviews', {
    pull_request_id: pullRequestId,
    kind: 'review',
    external_id: ++lastNumber,
    state: 'commented',
    ...row,
  })
}

/** On the default branch. */
export function addCommit(
  db: TestDatabase,
  repositoryId: string,
  sha: string,
  row: Row = {},
): Promise<string> {
  const { committed_at: committedAt = null } = row
  return insert(db, 'commits', {
    repository_id: repositoryId,
    sha,
    parents: [],
    on_default_branch: true,
    authored_at: committedAt,
    ...row,
  })
}

export function addIssue(db: TestDatabase, repositoryId: string, row: Row = {}): Promise<string> {
  const state = row['closed_at'] ? 'closed' : 'open'
  return insert(db, 'issues', { repository_id: repositoryId, number: ++lastNumber, state, ...row })
}

/** A successful one of the deployments of a host, in production. */
export function addDeployment(db: TestDatabase, repositoryId: string, row: Row = {}): Promise<string> {
  return insert(db, 'deployments', {
    repository_id: repositoryId,
    source: 'deployment',
    external_id: String(++lastNumber),
    environment: 'production',
    status: 'success',
    ...row,
  })
}

export function addAiReview(db: TestDatabase, repositoryId: string, row: Row = {}): Promise<string> {
  const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0, suppressed: 0 }
  return insert(db, 'ai_reviews', {
    repository_id: repositoryId,
    tool: 'scanner',
    format: 'sarif',
    content_sha256: randomUUID(),
    ...none,
    ...row,
  })
}

/** What a source of facts does when it has stored them. */
export async function link(db: TestDatabase, ...repositoryIds: string[]): Promise<void> {
  await db.write((tx) => linkDeployments(tx, repositoryIds))
}

const stageNames = ['cycle', 'coding', 'pickup', 'review', 'merge', 'unsplit', 'deploy'] as const

/**
 * For an `afterEach`: of every merged pull request that a test stored, the stages of SQL are those of the domain, and they
 * add up to the cycle.
 */
export async function expectStagesToAddUp(db: TestDatabase): Promise<void> {
  type PullRow = Anchors & Record<`${(typeof stageNames)[number]}Hours`, number | null>
  const rows = await db.sql<PullRow>(`
    SELECT
      p.first_commit_at AS "firstCommitAt", p.ready_at AS "readyAt", p.first_review_at AS "firstReviewAt",
      p.approved_at AS "approvedAt", p.merged_at AS "mergedAt", p.deployed_at AS "deployedAt",
      ${stageNames.map((name) => `stage.${name}::float8 AS "${name}Hours"`).join(', ')}
    FROM pull_requests p ${joinStages.sql}
    WHERE p.merged_at IS NOT NULL`)
  for (const row of rows) {
    const expected: Stages = stagesOf(row)
    for (const name of stageNames) expectNearly(row[`${name}Hours`], expected[name])
    const { cycleHours: cycle, unsplitHours: unsplit } = row
    if (cycle === null || unsplit === null) continue
    const parts = [row.codingHours, row.pickupHours, row.reviewHours, row.mergeHours, unsplit]
    expect(parts.reduce<number>((sum, hours) => sum + (hours ?? 0), 0)).toBeCloseTo(cycle, 6)
  }
}

function expectNearly(actual: number | null, expected: number | null): void {
  if (expected === null) expect(actual).toBeNull()
  else expect(actual).toBeCloseTo(expected, 6)
}
