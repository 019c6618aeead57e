import type { Dashboard } from '../../shapes/dashboard.js'
import { required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { allOf, findPage, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { Prisma } from '../../engine/sql.js'
import { amongIds, type ValueFilter } from '../bugs/bug-filter.js'
import { getNamed, inTable, type Named, type NamedRows } from '../names.js'
import { getWhollyNamed } from '../whole-names.js'

const text = Prisma.sql`text`

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  dashboardName: { sql: Prisma.sql`d.dashboard_name`, type: text, nullable: false },
  user: { sql: Prisma.sql`u.email`, type: text, nullable: true },
  version: { sql: Prisma.sql`d.version`, type: Prisma.sql`integer`, nullable: false },
  updatedAt: { sql: Prisma.sql`d.updated_at`, type: Prisma.sql`timestamptz`, nullable: false },
}

export const dashboardSortFields = Object.keys(sortable)

/** By name. */
export function dashboardList({
  user,
  ids,
}: {
  user?: ValueFilter<string> | undefined
  ids?: readonly string[]
}): List<Dashboard> {
  return {
    columns: Prisma.sql`
      d.id::text, d.user_id::text AS "userId", d.dashboard_name AS "dashboardName", d.description,
      d.widget_layout AS "widgetLayout", d.is_default AS "isDefault", d.is_public AS "isPublic",
      d.shared_with_roles AS "sharedWithRoles", d.refresh_interval_seconds AS "refreshIntervalSeconds", d.version,
      d.created_at AS "createdAt", d.updated_at AS "updatedAt",
      CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) END AS "user"`,
    from: Prisma.sql`dashboard_configs d LEFT JOIN users u ON u.id = d.user_id`,
    where: allOf({
      user: user && amongIds(Prisma.sql`d.user_id`, user),
      ids: ids && Prisma.sql`d.id = ANY(${[...ids]}::uuid[])`,
    }),
    sortable,
    order: [{ field: 'dashboardName', descending: false }],
    id: { sql: Prisma.sql`d.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/**
 * A dashboard by name, a prefix of it, or id; one of the user before those of others.
 *
 * @throws NotFoundError, CtoError AMBIGUOUS
 */
export function getDashboardByName(db: Db, { name, userId }: DashboardName): Promise<Named> {
  return getNamed(db, dashboardsOf(userId), name)
}

/** By its whole name or its id, of any user. @throws NotFoundError, CtoError AMBIGUOUS */
export function getDashboardByWholeName(db: Db, { name, userId }: DashboardName): Promise<Named> {
  return getWhollyNamed(db, dashboardsOf(userId), name)
}

interface DashboardName {
  name: string
  userId: string | null
}

function dashboardsOf(userId: string | null): NamedRows {
  return {
    ...inTable('dashboard_configs', 'dashboardName'),
    ...{ what: 'dashboard', plural: 'dashboards' },
    listedBy: 'cto dashboards list',
    waysOf: (wanted, column) => ({
      called: [
        Prisma.sql`(id::text = lower(${wanted}) OR ${column} = ${wanted} AND user_id = ${userId}::uuid)`,
        Prisma.sql`${column} = ${wanted}`,
        Prisma.sql`lower(${column}) = lower(${wanted})`,
      ],
      begins: Prisma.sql`starts_with(lower(${column}), lower(${wanted}))`,
      whole: [Prisma.sql`(id::text = lower(${wanted}) OR lower(${column}) = lower(${wanted}))`],
    }),
  }
}

export async function getDashboard(db: Db, id: string): Promise<Dashboard> {
  const { data } = await findPage(db, dashboardList({ ids: [id] }), { limit: 1 })
  return required(data[0], 'the dashboard that was just found')
}
