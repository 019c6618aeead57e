import { randomUUID } from 'node:crypto'
import type { DashboardLayout } from '../../domain/dashboard-layout.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { tableOf } from '../../engine/table.js'
import type { Dashboard } from '../../shapes/dashboard.js'
import { afterLocks, recordAudit, type Actor, type AuditDetails } from '../audit/audit.js'
import { getDashboard } from './dashboards.js'

/** What users set of a dashboard. */
export interface DashboardValues {
  dashboardName: string
  description: string | null
  widgetLayout: DashboardLayout
  isDefault: boolean
  isPublic: boolean
  sharedWithRoles: readonly string[]
  refreshIntervalSeconds: number
}

/** @throws CtoError CONFLICT where the user has a dashboard of this name */
export async function createDashboard(
  tx: Db,
  { userId, values, actor }: { userId: string; values: Partial<DashboardValues>; actor: Actor },
): Promise<Dashboard> {
  const id = randomUUID()
  await lockDashboardsOf(tx, userId)
  await requireFree(tx, { id, userId, values })
  const { now } = afterLocks(actor)
  if (values.isDefault) await unsetDefault(tx, { userId, now })
  await insertRows(tx, 'dashboard_configs', [
    { ...storable(values), id, userId, createdAt: now, updatedAt: now },
  ])
  await audit(tx, actor, { action: 'dashboard.create', id, details: { userId, version: 1 } })
  return getDashboard(tx, id)
}

interface UpdateDashboard {
  id: string
  values: Partial<DashboardValues>
  /** Refuse where the dashboard has another version. */
  ifVersion?: number | undefined
  actor: Actor
  /** `dashboard.restore`; default: update. */
  action?: string
}

/**
 * Changes a dashboard and increments its version; the audit row keeps the layout before. Without a difference nothing is
 * written.
 *
 * @throws CtoError CONFLICT for another version, or where its user has one of the new name; NotFoundError
 */
export async function updateDashboard(
  tx: Db,
  { id, values, ifVersion, actor: began, action = 'dashboard.update' }: UpdateDashboard,
): Promise<Dashboard> {
  const before = await lockDashboard(tx, id)
  requireVersion(before, ifVersion)
  const { userId, version } = before
  const fields = (Object.keys(values) as (keyof DashboardValues)[]).filter(
    (field) => canonical(before[field]) !== canonical(values[field]),
  )
  if (fields.length === 0) return before
  if (userId !== null) await lockDashboardsOf(tx, userId)
  await requireFree(tx, { id, userId, values })
  const actor = afterLocks(began)
  const { now } = actor
  if (values.isDefault && userId !== null) await unsetDefault(tx, { userId, now })
  const changed = Object.fromEntries(fields.map((field) => [field, values[field]]))
  const row = { ...storable(changed), version: version + 1, updatedAt: now }
  await updateRows(tx, tableOf('dashboard_configs'), {
    rows: [{ ...row, id }],
    fields: Object.keys(row) as never[],
  })
  const details = { fields, version, layout: plain(before.widgetLayout) }
  await audit(tx, actor, { action, id, details })
  return getDashboard(tx, id)
}

/** Deletes a dashboard; the audit row keeps its layout. @throws NotFoundError */
export async function deleteDashboard(
  tx: Db,
  { id, actor: began }: { id: string; actor: Actor },
): Promise<Dashboard> {
  const dashboard = await lockDashboard(tx, id)
  const { userId, version, widgetLayout } = dashboard
  const details = { userId, version, layout: plain(widgetLayout) }
  await audit(tx, afterLocks(began), { action: 'dashboard.delete', id, details })
  await tx.$executeRaw`DELETE FROM dashboard_configs WHERE id = ${id}::uuid`
  return dashboard
}

async function lockDashboard(tx: Db, id: string): Promise<Dashboard> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT d.id::text FROM dashboard_configs d WHERE d.id = ${id}::uuid FOR UPDATE`
  if (found.length > 0) return getDashboard(tx, id)
  throw new NotFoundError('the dashboard was deleted meanwhile', { hint: 'cto dashboards list' })
}

/** Two commands on the dashboards of one user wait for each other: names and the default are unique among them. */
async function lockDashboardsOf(tx: Db, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT id::text FROM users WHERE id = ${userId}::uuid FOR UPDATE`
}

function requireVersion({ version, dashboardName }: Dashboard, ifVersion: number | undefined): void {
  if (ifVersion === undefined || ifVersion === version) return
  throw new CtoError('CONFLICT', `the dashboard "${dashboardName}" has version ${version}`, {
    reason: `--if-version was ${ifVersion}`,
    hint: 'cto dashboards history prints what changed',
  })
}

async function requireFree(
  tx: Db,
  { id, userId, values }: { id: string; userId: string | null; values: Partial<DashboardValues> },
): Promise<void> {
  if (values.dashboardName === undefined || userId === null) return
  const taken = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM dashboard_configs
    WHERE user_id = ${userId}::uuid AND dashboard_name = ${values.dashboardName} AND id <> ${id}::uuid`
  if (taken.length === 0) return
  throw new CtoError('CONFLICT', `the user has a dashboard "${values.dashboardName}" already`, {
    hint: `cto dashboards show ${taken[0]?.id ?? ''}`,
  })
}

async function unsetDefault(tx: Db, { userId, now }: { userId: string; now: Date }): Promise<void> {
  await tx.$executeRaw`
    UPDATE dashboard_configs SET is_default = false, updated_at = ${now}
    WHERE user_id = ${userId}::uuid AND is_default`
}

/** JSON as text, which both ways of writing rows take. */
function storable({ widgetLayout, ...values }: Partial<DashboardValues>) {
  return {
    ...values,
    ...(widgetLayout !== undefined && { widgetLayout: JSON.stringify(widgetLayout) }),
  }
}

/** The database orders the keys of an object in its own way. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

function plain(layout: DashboardLayout): AuditDetails {
  return JSON.parse(JSON.stringify(layout)) as AuditDetails
}

async function audit(
  tx: Db,
  actor: Actor,
  { action, id, details }: { action: string; id: string; details: AuditDetails },
): Promise<void> {
  await recordAudit(tx, actor, [{ action, entityType: 'dashboard', entityId: id, details }])
}
