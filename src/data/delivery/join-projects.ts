import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'

/** Repositories without a project join the one with their address. */
export async function joinProjects(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.$queryRaw<{ id: string; projectId: string }[]>`
    SELECT r.id::text, p.id::text AS "projectId"
    FROM repositories r
    JOIN projects p ON p.github_url = 'https://' || r.host || '/' || lower(r.full_name)
    WHERE r.id = ANY(${[...ids]}::uuid[]) AND r.project_id IS NULL`
  await updateRows(tx, tableOf('repositories'), { rows, fields: ['projectId'] })
}
