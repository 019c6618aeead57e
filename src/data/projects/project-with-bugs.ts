import { NotFoundError } from '../../errors.js'
import type { ProjectWithBugs } from '../../shapes/project.js'
import { findMostUrgent } from '../bugs/next-bugs.js'
import type { Db } from '../../engine/client.js'
import { findPage } from '../../engine/list.js'
import { projectList } from './projects.js'

export type { ProjectWithBugs }

/** Default number of open bugs with a project. */
export const bugsWithProject = 20

interface GetProjectWithBugs {
  id: string
  /** Maximum number of its open bugs, the most urgent first; 0 for all. The counts always include all. */
  bugs?: number
  now: Date
}

/** @throws NotFoundError */
export async function getProjectWithBugs(
  db: Db,
  { id, bugs = bugsWithProject, now }: GetProjectWithBugs,
): Promise<ProjectWithBugs> {
  const { data: found } = await findPage(db, projectList({ filter: { ids: [id] }, now }), { limit: 1 })
  const [project] = found
  if (!project) throw new NotFoundError('the project was deleted meanwhile', { hint: 'cto projects list' })
  const filter = { project: { values: [id], none: false, negate: false } }
  return { ...project, openBugs: await findMostUrgent(db, { filter, limit: bugs, now }) }
}
