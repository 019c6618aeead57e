import type { DashboardLayout } from '../../domain/dashboard-layout.js'
import { NotFoundError } from '../../errors.js'
import type { Dashboard, DashboardVersion } from '../../shapes/dashboard.js'
import type { Db } from '../../engine/client.js'

/** The versions of a dashboard that the audit log has, the present one first. */
export async function findVersions(db: Db, dashboard: Dashboard): Promise<DashboardVersion[]> {
  const replaced = await db.$queryRaw<DashboardVersion[]>`
    SELECT
      (a.details->>'version')::int AS version, jsonb_array_length(a.details->'layout'->'widgets') AS widgets,
      a.created_at AS "replacedAt", u.email AS "replacedBy",
      ARRAY(SELECT jsonb_array_elements_text(a.details->'fields')) AS changed, a.details->'layout' AS "widgetLayout"
    FROM audit_log a
    LEFT JOIN users u ON u.id = a.user_id
    WHERE a.entity_type = 'dashboard' AND a.entity_id = ${dashboard.id}
      AND a.action IN ('dashboard.update', 'dashboard.restore')
    ORDER BY 1 DESC, a.created_at DESC, a.id`
  const { version, widgetLayout } = dashboard
  const present = { version, widgets: widgetLayout.widgets.length, widgetLayout }
  return [{ ...present, replacedAt: null, replacedBy: null, changed: [] }, ...replaced]
}

/** @throws NotFoundError where the version never was, or `db prune` deleted its audit row */
export async function getVersion(
  db: Db,
  { dashboard, version }: { dashboard: Dashboard; version: number },
): Promise<DashboardLayout> {
  const versions = await findVersions(db, dashboard)
  const found = versions.find((each) => each.version === version)
  if (found) return found.widgetLayout
  const known = versions.map((each) => each.version).join(', ')
  throw new NotFoundError(`the dashboard "${dashboard.dashboardName}" has no version ${version}`, {
    reason: `known: ${known}`,
    hint: `cto dashboards history ${dashboard.id}`,
  })
}
