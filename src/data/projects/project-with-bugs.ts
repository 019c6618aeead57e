import { openStatuses } from '../../domain/bug.js'
import { NotFoundError } from '../../errors.js'
import type { ProjectWithBugs } from '../../shapes/project.js'
import { findBugs } from '../bugs/bugs.js'
import type { Db } from '../client.js'
import { findPage } from '../list.js'
import { projectList } from './projects.js'

export type { ProjectWithBugs }

/** @throws NotFoundError */
export async function getProjectWithBugs(
  db: Db,
  { id, now }: { id: string; now: Date },
): Promise<ProjectWithBugs> {
  const { data: found } = await findPage(db, projectList({ filter: { ids: [id] }, now }), { limit: 1 })
  const [project] = found
  if (!project) throw new NotFoundError('the project is gone', { hint: 'cto projects list' })
  const { data } = await findBugs(db, {
    filter: {
      project: { values: [id], none: false, negate: false },
      status: { values: openStatuses, none: false, negate: false },
    },
    sort: [{ field: 'priorityScore', descending: true }],
    limit: 0,
    now,
  })
  return { ...project, openBugs: data }
}
