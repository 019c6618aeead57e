import type { TeamDay } from '../../shapes/delivery-report.js'
import type { Db } from '../../engine/client.js'
import type { Period } from '../../domain/period.js'

/** The stored days of organizations that overlap the window, the newest first. */
export function findTeamDays(
  db: Db,
  { organizationIds, window: { from, to } }: { organizationIds: readonly string[]; window: Period },
): Promise<TeamDay[]> {
  return db.$queryRaw<TeamDay[]>`
    SELECT
      o.slug AS organization, m.date::text, m.commits, m.additions, m.deletions, m.contributors,
      m.prs_opened AS "prsOpened", m.prs_merged AS "prsMerged", m.prs_closed AS "prsClosed", m.prs_open AS "prsOpen",
      m.reviews, m.issues_opened AS "issuesOpened", m.issues_closed AS "issuesClosed", m.issues_open AS "issuesOpen",
      m.deployments, m.failures,
      m.cycle_p50::text AS "cycleP50", m.cycle_n AS "cycleN", m.pickup_p50::text AS "pickupP50", m.pickup_n AS "pickupN",
      m.lead_p50::text AS "leadP50", m.lead_n AS "leadN", m.version
    FROM team_metrics m
    JOIN organizations o ON o.id = m.organization_id
    WHERE m.organization_id = ANY(${[...organizationIds]}::uuid[])
      AND m.date >= (${from}::timestamptz AT TIME ZONE 'UTC')::date AND m.date < ${to}::timestamptz AT TIME ZONE 'UTC'
    ORDER BY m.date DESC, o.slug`
}
