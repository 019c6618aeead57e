import { recordAudit, type Actor } from '../data/audit/audit.js'
import { organizationEntry } from '../data/delivery/organizations.js'
import { linkDeployments } from '../data/delivery/link-deployments.js'
import { refreshIssues, refreshPullRequests } from '../data/delivery/refresh-anchors.js'
import { writeDailyRows } from '../data/metrics/daily-rows.js'
import { hourMs } from '../domain/duration.js'
import { utcDay } from '../domain/time.js'
import type { Db } from '../engine/client.js'
import { insertRows } from '../engine/insert-rows.js'
import {
  deliveryAiReviews,
  deliveryCommits,
  deliveryDeployments,
  deliveryIssues,
  deliveryPulls,
  deliveryResponses,
  type BeforeMidnight,
} from './delivery-facts.js'
import {
  deliveryAccounts,
  deliveryKeys,
  deliveryMembers,
  deliveryNotifications,
  deliveryOrganizations,
  deliveryRepositories,
  deliveryRules,
  deliveryUsers,
} from './delivery-places.js'

/**
 * Inserts three people, three organizations with a repository each, and two weeks of what happened there. What follows from
 * facts (anchors, what deployments ship, the last two days of metrics) is computed as ingestion does.
 */
export async function insertDeliverySet(tx: Db, actor: Actor): Promise<void> {
  const { now } = actor
  const midnight = utcDay(now).getTime()
  const before: BeforeMidnight = (hours) => new Date(midnight - hours * hourMs)
  const created = before(24 * 15)
  const times = { before, created, now }
  const pulls = deliveryPulls(times)
  const issues = deliveryIssues(times)
  const repositories = deliveryRepositories(times)
  const organizations = deliveryOrganizations(created)
  await insertRows(tx, 'users', deliveryUsers(created))
  await insertRows(tx, 'organizations', organizations)
  await insertRows(tx, 'user_organizations', deliveryMembers(created))
  await insertRows(tx, 'repositories', repositories)
  await insertRows(tx, 'accounts', deliveryAccounts(created))
  await insertRows(tx, 'pull_requests', pulls)
  await insertRows(tx, 'commits', deliveryCommits(times))
  await insertRows(tx, 'issues', issues)
  await insertRows(tx, 'pull_request_reviews', deliveryResponses(times))
  await insertRows(tx, 'deployments', deliveryDeployments(times))
  await insertRows(tx, 'ai_reviews', deliveryAiReviews(times))
  await insertRows(tx, 'notification_rules', deliveryRules(created))
  await insertRows(tx, 'notification_logs', deliveryNotifications(before(20)))
  await insertRows(tx, 'api_keys', deliveryKeys(times))
  await refreshPullRequests(
    tx,
    pulls.map(({ id }) => id),
  )
  await refreshIssues(
    tx,
    issues.map(({ id }) => id),
  )
  await linkDeployments(
    tx,
    repositories.map(({ id }) => id),
  )
  await writeDailyRows(tx, { from: before(48), to: before(0) })
  await recordAudit(tx, actor, [
    ...organizations.map(({ id, slug }) => organizationEntry('create', id, { slug })),
    ...repositories.map(({ id, organizationId }) => ({
      ...{
        action: 'repository.add',
        entityType: 'repository' as const,
        entityId: id,
        details: { organizationId },
      },
    })),
  ])
}
