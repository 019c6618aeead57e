import { Prisma } from '../../../engine/sql.js'
import { authorPerson, byAuthor, inPlace, joinAuthor, ofIssue } from '../../delivery/delivery-filter.js'
import { hoursBetween } from '../../delivery/hours.js'
import type { Scope } from '../scope.js'

/** The commits of the window on the default branch, without merges; the same sha in two forks of an organization is one. */
export function commitsSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT c.id, true AS counted, c.lines, c.person
    FROM (
      SELECT DISTINCT ON (every.organization_id, every.sha) every.*
      FROM (${commitsOfWindow(scope)}) every
      ORDER BY every.organization_id, every.sha, every.lines IS NULL, every.id
    ) c`
}

/** The same commits of every repository, forks included. */
export function commitsOfWindow({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT
      c.id, c.sha, r.organization_id, c.committed_at, c.additions + c.deletions AS lines, ${authorPerson} AS person
    FROM commits c
    JOIN repositories r ON r.id = c.repository_id
    ${joinAuthor(Prisma.sql`c.author_id`)}
    WHERE c.committed_at >= ${from} AND c.committed_at < ${to} AND c.on_default_branch AND NOT ${commitIsMerge}
      AND ${inPlace(delivery)} AND ${byAuthor(delivery)}`
}

/** Where a source gives no parents, the subject that Git and hosts write for merges decides. */
const commitIsMerge = Prisma.sql`
  CASE WHEN c.parents IS NULL THEN coalesce(c.subject ~ '^Merge (pull request|branch|remote-tracking branch) ', false)
    ELSE cardinality(c.parents) > 1 END`

/** The issues opened in the window: hours until the first response. */
export function openedIssuesSample(scope: Scope): Prisma.Sql {
  return issues(scope, Prisma.sql`i.opened_at`)
}

/** The issues closed in the window. */
export function closedIssuesSample(scope: Scope): Prisma.Sql {
  return issues(scope, Prisma.sql`i.closed_at`)
}

function issues({ delivery = {}, window: { from, to } }: Scope, at: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      i.id, true AS counted,
      ${hoursBetween(Prisma.sql`i.opened_at`, Prisma.sql`i.first_response_at`)} AS first_response
    FROM issues i
    JOIN repositories r ON r.id = i.repository_id
    ${joinAuthor(Prisma.sql`i.author_id`)}
    WHERE ${at} >= ${from} AND ${at} < ${to} AND i.gone_at IS NULL
      AND ${inPlace(delivery)} AND ${byAuthor(delivery)} AND ${ofIssue(delivery)}`
}
