import type { Fact } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** Deployments, pull requests, commits, reviews, issues and people by id, in no order. */
export function findFacts(db: Db, ids: readonly string[]): Promise<Fact[]> {
  const wanted = Prisma.sql`${[...ids]}::uuid[]`
  return db.$queryRaw<Fact[]>`
    SELECT
      d.id::text, 'deployment' AS kind, concat_ws(' ', r.full_name, d.environment, d.service) AS name,
      coalesce(d.ref, left(d.sha, 12)) AS title, d.finished_at AS at, NULL AS url
    FROM deployments d
    JOIN repositories r ON r.id = d.repository_id
    WHERE d.id = ANY(${wanted})
    UNION ALL
    SELECT p.id::text, 'pull request', r.full_name || '#' || p.number, p.title, coalesce(p.merged_at, p.opened_at), p.url
    FROM pull_requests p
    JOIN repositories r ON r.id = p.repository_id
    WHERE p.id = ANY(${wanted})
    UNION ALL
    SELECT c.id::text, 'commit', r.full_name || '@' || left(c.sha, 12), c.subject, c.committed_at, NULL
    FROM commits c
    JOIN repositories r ON r.id = c.repository_id
    WHERE c.id = ANY(${wanted})
    UNION ALL
    SELECT v.id::text, 'review', r.full_name || '#' || p.number, p.title, v.submitted_at, p.url
    FROM pull_request_reviews v
    JOIN pull_requests p ON p.id = v.pull_request_id
    JOIN repositories r ON r.id = p.repository_id
    WHERE v.id = ANY(${wanted})
    UNION ALL
    SELECT i.id::text, 'issue', r.full_name || '#' || i.number, i.title, i.opened_at, i.url
    FROM issues i
    JOIN repositories r ON r.id = i.repository_id
    WHERE i.id = ANY(${wanted})
    UNION ALL
    SELECT u.id::text, 'person', u.email, u.name, NULL, NULL FROM users u WHERE u.id = ANY(${wanted})
    UNION ALL
    SELECT a.id::text, 'person', coalesce(a.login, a.email), a.name, NULL, NULL
    FROM accounts a
    WHERE a.id = ANY(${wanted})`
}
