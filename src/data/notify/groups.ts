import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { Named } from '../names.js'

/** What the figures of a gate can be taken of, one after the other. */
export type GateGrouping = 'project' | 'repository' | 'organization'

const sources: Readonly<Record<GateGrouping, Prisma.Sql>> = {
  project: Prisma.sql`SELECT id::text, name FROM projects WHERE status = 'active'`,
  repository: Prisma.sql`SELECT id::text, full_name AS name FROM repositories WHERE gone_at IS NULL`,
  organization: Prisma.sql`SELECT id::text, slug AS name FROM organizations`,
}

/** Active projects, repositories that are still at their host, or organizations. */
export function findGroups(db: Db, groupBy: GateGrouping): Promise<Named[]> {
  return db.$queryRaw<Named[]>`${sources[groupBy]} ORDER BY 2, 1`
}
