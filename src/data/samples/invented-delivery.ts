import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import {
  draw,
  drawnHours,
  drawOf,
  idOf,
  insertNumbered,
  madeAt,
  constant,
  type IdPrefix,
  type InventedSpan,
} from './invented-rows.js'

/** How many projects and users there are, each of which has a repository or an account, and the divisions of repositories. */
const [projects, users, organizations] = [200, 100, 10] as const

type Numbered =
  | ('project' | 'user' | 'organization' | 'repository' | 'account' | 'event' | 'commit' | 'pull')
  | ('response' | 'issue' | 'deployment' | 'review')

interface InventDelivery extends InventedSpan {
  ids: Readonly<Record<Numbered, IdPrefix>>
  onProgress(done: number, total: number): void
}

/**
 * Stores what happened in the repositories of the large set: for 100,000 bugs, 30,000 pull requests with three commits and up to two
 * responses each, 10,000 issues, 20,000 deployments and, of the last 90 days, 50,000 events.
 */
export async function insertInventedDelivery(tx: Db, { onProgress, ...span }: InventDelivery): Promise<void> {
  const world = { ...span, each: Math.ceil(span.bugs / 1000), pulls: Math.ceil(span.bugs * 0.3) }
  const [issues, events] = [Math.ceil(span.bugs * 0.1), Math.ceil(span.bugs * 0.5)]
  await insertNumbered(tx, organizations, (numbers) => [organizationRows(numbers, world)])
  await insertNumbered(tx, projects, (numbers) => [repositoryRows(numbers, world)])
  await insertNumbered(tx, users, (numbers) => [accountRows(numbers, world)])
  await insertNumbered(tx, projects * world.each, (numbers) => [deploymentRows(numbers, world)])
  const ofPulls = [pullRows, commitRows, responseRows, reviewRows]
  await insertNumbered(
    tx,
    world.pulls,
    (numbers) => ofPulls.map((rows) => rows(numbers, world)),
    (done) => {
      onProgress(done, world.pulls)
    },
  )
  await insertNumbered(tx, issues, (numbers) => [issueRows(numbers, issues, world)])
  await insertNumbered(tx, events, (numbers) => [eventRows(numbers, events, world)])
}

interface World extends InventedSpan, Pick<InventDelivery, 'ids'> {
  /** Deployments of a repository. */
  each: number
  pulls: number
}

const n = Prisma.raw('n')

/** The beginning of everything. */
function start({ now, hours }: World): Prisma.Sql {
  return Prisma.sql`(${now}::timestamptz - ${constant(hours)} * interval '1 hour')`
}

function organizationRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO organizations (id, slug, name, created_at, updated_at)
    SELECT ${idOf(world.ids.organization, n)}, 'division-' || n, 'Division ' || n, ${start(world)}, ${start(world)}
    FROM ${numbers}`
}

function repositoryRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  const { ids, now } = world
  return Prisma.sql`
    INSERT INTO repositories (
      id, organization_id, project_id, host, full_name, url, default_branch, language, is_private, sensitivity, synced_from,
      synced_through, created_at)
    SELECT
      ${idOf(ids.repository, n)}, ${idOf(ids.organization, Prisma.sql`1 + n % ${constant(organizations)}`)}, p.id, 'github.com',
      substr(p.github_url, length('https://github.com/') + 1), p.github_url, 'main', p.language, true, 'internal',
      ${start(world)}, ${now}, ${start(world)}
    FROM ${numbers}
    JOIN projects p ON p.id = ${idOf(ids.project, n)}`
}

function accountRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO accounts (id, user_id, host, login, created_at)
    SELECT ${idOf(world.ids.account, n)}, u.id, 'github.com', replace(split_part(u.email, '@', 1), '.', '-'), ${start(world)}
    FROM ${numbers}
    JOIN users u ON u.id = ${idOf(world.ids.user, n)}`
}

/** Hours between two deployments of a repository. */
function spacing({ hours, each }: World): Prisma.Sql {
  return Prisma.raw(`(${hours / each} * interval '1 hour')`)
}

/** Deployment `k` of each repository; every twelfth fails and ships nothing. */
function deploymentRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  const { ids, each } = world
  const previous = Prisma.sql`d.n - CASE WHEN (d.k - 1) % 12 = 0 THEN 2 ELSE 1 END`
  return Prisma.sql`
    INSERT INTO deployments (
      id, repository_id, source, external_id, environment, sha, ref, status, started_at, finished_at, previous_id, link, created_at)
    SELECT
      ${idOf(ids.deployment, Prisma.sql`d.n`)}, ${idOf(ids.repository, Prisma.sql`d.r`)}, 'deployment', d.n::text, 'production',
      md5('deployment ' || d.n) || '5eed5eed', 'main', CASE WHEN d.k % 12 = 0 THEN 'failure' ELSE 'success' END,
      d.at - interval '10 minutes', d.at, CASE WHEN d.k > 1 AND d.k % 12 > 0 THEN ${idOf(ids.deployment, previous)} END,
      CASE WHEN d.k > 1 AND d.k % 12 > 0 THEN 'inferred' ELSE 'unknown' END, d.at
    FROM (
      SELECT p.n, p.r, p.k, ${start(world)} + p.k * ${spacing(world)} - p.r * interval '1 minute' AS at
      FROM (SELECT n, 1 + (n - 1) / ${constant(each)} AS r, 1 + (n - 1) % ${constant(each)} AS k FROM ${numbers}) p
    ) d`
}

/** Of 100, 86 are merged, once their time has come; 10 are closed without a merge, and the others stay open. */
function pullRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  const { ids, now, each, pulls } = world
  const place = Prisma.sql`
    ceil(extract(epoch FROM d.merged_at - ${start(world)} + d.r * interval '1 minute') / extract(epoch FROM ${spacing(world)}))::integer`
  return Prisma.sql`
    INSERT INTO pull_requests (
      id, repository_id, number, title, author_id, merged_by_id, state, base_branch, merge_sha, additions, deletions, changed_files,
      labels, opened_at, ready_at, first_commit_at, first_response_at, first_review_at, approved_at, merged_at, closed_at,
      deployment_id, deployed_at, detail, created_at)
    SELECT
      ${idOf(ids.pull, Prisma.sql`s.n`)}, ${idOf(ids.repository, Prisma.sql`s.r`)}, s.n, 'Change ' || s.n,
      ${idOf(ids.account, Prisma.sql`s.author`)}, CASE WHEN s.merged_at IS NOT NULL THEN ${idOf(ids.account, Prisma.sql`s.reviewer`)} END,
      CASE WHEN s.merged_at IS NOT NULL THEN 'merged' WHEN s.closed_at IS NOT NULL THEN 'closed' ELSE 'open' END, 'main',
      CASE WHEN s.merged_at IS NOT NULL THEN md5('merge ' || s.n) || '5eed5eed' END, s.size, s.size / 3, 1 + s.size / 40, '{}',
      s.opened_at, s.opened_at, s.first_commit_at, s.review_at, s.review_at, CASE WHEN s.merged_at IS NOT NULL THEN s.review_at END,
      s.merged_at, s.closed_at, l.id, l.finished_at, 'full', s.opened_at
    FROM (
      SELECT
        d.n, d.r, d.author, 1 + d.author % ${constant(users)} AS reviewer, d.size, d.opened_at, d.first_commit_at, d.merged_at,
        CASE WHEN d.review_at <= ${now} THEN d.review_at END AS review_at, coalesce(d.merged_at, d.closed_at) AS closed_at,
        CASE WHEN ${place} % 12 = 0 THEN ${place} + 1 ELSE ${place} END AS k
      FROM (
        SELECT
          o.n, o.r, o.author, o.size, o.opened_at, o.opened_at - o.coding AS first_commit_at,
          CASE WHEN o.reviewed THEN o.opened_at + o.pickup END AS review_at,
          CASE WHEN o.fate < 0.86 AND o.ended_at <= ${now} THEN o.ended_at END AS merged_at,
          CASE WHEN o.fate BETWEEN 0.86 AND 0.96 AND o.ended_at <= ${now} THEN o.ended_at END AS closed_at
        FROM (
          SELECT
            e.*, e.opened_at + e.pickup + e.review AS ended_at
          FROM (
            SELECT
              n, ${drawOf(projects, 0, 2)} AS r, ${drawOf(users, 1, 1.5)} AS author, ${drawOf(400, 2, 3)} AS size,
              ${madeAt(pulls, world)} AS opened_at, ${drawnHours(20, 3)} AS coding, ${drawnHours(8, 4)} AS pickup,
              ${drawnHours(16, 5)} AS review, ${draw(6)} AS fate, ${draw(7)} < 0.8 AS reviewed
            FROM ${numbers}
          ) e
        ) o
      ) d
    ) s
    LEFT JOIN deployments l ON l.id = CASE
      WHEN s.k BETWEEN 2 AND ${constant(each)} THEN ${idOf(ids.deployment, Prisma.sql`(s.r - 1) * ${constant(each)} + s.k`)}
    END`
}

/** The pull requests of the numbers. */
function pullsOf(numbers: Prisma.Sql, { ids }: World): Prisma.Sql {
  return Prisma.sql`${numbers} JOIN pull_requests p ON p.id = ${idOf(ids.pull, n)}`
}

/** Two on the branch of each pull request, and the one that its merge made. */
function commitRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  const { ids } = world
  return Prisma.sql`
    INSERT INTO commits (
      id, repository_id, sha, author_id, committer_id, authored_at, committed_at, subject, additions, deletions, files_changed,
      parents, on_default_branch, pull_request_id, created_at)
    SELECT
      ${idOf(ids.commit, Prisma.sql`3 * n + c.k`)}, c.repository_id, CASE WHEN c.k = 3 THEN c.merge_sha ELSE md5(n || ' ' || c.k) || '5eed5eed' END,
      c.author_id, c.author_id, c.at, c.at, c.title, c.additions, c.deletions, c.changed_files, NULL, c.k = 3, c.id, c.at
    FROM (
      SELECT
        n, k, p.*,
        CASE k WHEN 1 THEN p.first_commit_at WHEN 2 THEN p.first_commit_at + (p.opened_at - p.first_commit_at) / 2 ELSE p.merged_at END AS at
      FROM ${pullsOf(numbers, world)}
      CROSS JOIN generate_series(1, 3) k
      WHERE k < 3 OR p.merged_at IS NOT NULL
    ) c`
}

/** An approval of each reviewed pull request, and a comment on the diff of every other one. */
function responseRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  const { ids } = world
  const reviewer = Prisma.sql`1 + ${drawOf(users, 1, 1.5)} % ${constant(users)}`
  return Prisma.sql`
    INSERT INTO pull_request_reviews (id, pull_request_id, kind, external_id, author_id, state, submitted_at, created_at)
    SELECT
      ${idOf(ids.response, Prisma.sql`2 * n + k`)}, p.id, CASE k WHEN 1 THEN 'review' ELSE 'diff_comment' END, 2 * n + k,
      ${idOf(ids.account, reviewer)}, CASE k WHEN 1 THEN 'approved' END, p.first_review_at, p.first_review_at
    FROM ${pullsOf(numbers, world)}
    CROSS JOIN generate_series(1, 2) k
    WHERE p.first_review_at IS NOT NULL AND (k = 1 OR n % 2 = 0)`
}

/** Reports of a scanner on every fourth pull request; most found little. */
function reviewRows(numbers: Prisma.Sql, world: World): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO ai_reviews (
      id, repository_id, pull_request_id, tool, format, content_sha256, risk_score, critical, high, medium, low, info, suppressed,
      reviewed_at, created_at)
    SELECT
      ${idOf(world.ids.review, n)}, p.repository_id, p.id, 'sample-scanner', 'sarif', md5('report ' || n) || md5(n || ' report'),
      CASE WHEN n % 40 = 0 THEN 80 WHEN n % 16 = 0 THEN 50 WHEN n % 8 = 0 THEN 20 ELSE 0 END, (n % 40 = 0)::integer,
      (n % 16 = 0 AND n % 40 > 0)::integer, (n % 8 = 0 AND n % 16 > 0 AND n % 40 > 0)::integer, 0, 0, 0, p.opened_at, p.opened_at
    FROM ${pullsOf(numbers, world)}
    WHERE n % 4 = 0`
}

/** Nine of ten were closed, once their time had come. */
function issueRows(numbers: Prisma.Sql, issues: number, world: World): Prisma.Sql {
  const { ids, now, pulls } = world
  return Prisma.sql`
    INSERT INTO issues (
      id, repository_id, number, title, state, author_id, labels, opened_at, closed_at, created_at)
    SELECT
      ${idOf(ids.issue, Prisma.sql`i.n`)}, ${idOf(ids.repository, Prisma.sql`i.r`)}, ${constant(pulls)} + i.n, 'Issue ' || i.n,
      CASE WHEN i.closes AND i.ended_at <= ${now} THEN 'closed' ELSE 'open' END, ${idOf(ids.account, Prisma.sql`i.author`)}, '{}',
      i.opened_at, CASE WHEN i.closes AND i.ended_at <= ${now} THEN i.ended_at END, i.opened_at
    FROM (
      SELECT o.*, o.opened_at + o.life AS ended_at
      FROM (
        SELECT
          n, ${drawOf(projects, 0, 2)} AS r, ${drawOf(users, 1)} AS author, ${madeAt(issues, world)} AS opened_at,
          ${drawnHours(200, 2)} AS life, ${draw(3)} < 0.9 AS closes
        FROM ${numbers}
      ) o
    ) i`
}

/** Of the last 90 days. */
function eventRows(numbers: Prisma.Sql, events: number, world: World): Prisma.Sql {
  const { ids, now, pulls } = world
  return Prisma.sql`
    INSERT INTO events (
      id, occurred_at, received_at, source, delivery_key, name, action, repository_id, actor_id, payload, signature, state, created_at)
    SELECT
      ${idOf(ids.event, Prisma.sql`e.n`)}, e.at, e.at, 'webhook', 'sample-' || e.n, 'pull_request', 'synchronize',
      ${idOf(ids.repository, Prisma.sql`e.r`)}, ${idOf(ids.account, Prisma.sql`e.author`)}, jsonb_build_object('number', e.pull),
      'unsigned', 'derived', e.at
    FROM (
      SELECT
        n, ${drawOf(projects, 0, 2)} AS r, ${drawOf(users, 1, 1.5)} AS author, ${drawOf(pulls, 2)} AS pull,
        ${now}::timestamptz - (1 - n / ${constant(events + 1)}::float8) * interval '2160 hours' AS at
      FROM ${numbers}
    ) e`
}
