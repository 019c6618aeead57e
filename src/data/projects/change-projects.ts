import { randomUUID } from 'node:crypto'
import { projectFields } from '../../domain/project-fields.js'
import { requireSoundProject } from '../../domain/project-rules.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { afterLocks, auditedValues, recordAudit, type Actor } from '../audit/audit.js'
import { changeBugs } from '../bugs/change-bugs.js'
import type { Db } from '../../engine/client.js'
import { updateRecord, type ChangeableKind, type UpdateRecords } from '../update-records.js'
import type { Project, ProjectFields } from './projects.js'

export type NewProject = { name: string } & Partial<ProjectFields>

/** A requested change of a project; absent fields are not changed. */
type ProjectChange = Partial<ProjectFields>

/**
 * Stores a project and its audit row; returns its id.
 *
 * @throws CtoError CONFLICT when the githubUrl is taken, INVALID_VALUE for figures that contradict each other
 */
export async function createProject(
  tx: Db,
  { project, actor }: { project: NewProject; actor: Actor },
): Promise<string> {
  requireSoundProject(project, Object.keys(project))
  const id = randomUUID()
  await requireOwnUrl(tx, { id, githubUrl: project.githubUrl })
  await tx.project.create({
    data: { ...project, id, createdAt: actor.now, updatedAt: actor.now },
    select: { id: true },
  })
  await recordAudit(tx, actor, [
    {
      action: 'project.create',
      entityType: 'project',
      entityId: id,
      details: { values: auditedValues(projectFields, project) },
    },
  ])
  return id
}

type UpdateProject = Omit<UpdateRecords<ProjectChange>, 'ids'> & { id: string }

/**
 * Changes a project. Returns false if it already has these values.
 *
 * @throws CtoError CONFLICT where the githubUrl is taken or the project changed since, INVALID_VALUE, NotFoundError
 */
export function updateProject(tx: Db, options: UpdateProject): Promise<boolean> {
  return updateRecord(tx, changeableProjects, options)
}

type StoredProject = Required<ProjectFields> & { updatedAt: Date }

const changeableProjects: ChangeableKind<StoredProject, ProjectChange> = {
  kind: 'project',
  async requireAllowed(tx, { id, values, fields }) {
    requireSoundProject(values, fields)
    if (fields.includes('githubUrl')) await requireOwnUrl(tx, { id, githubUrl: values.githubUrl })
  },
}

/** Advances each project by one milestone, if one is left. Returns the ids of those that advanced. */
export async function advanceProjects(
  tx: Db,
  { ids, actor }: { ids: readonly string[]; actor: Actor },
): Promise<string[]> {
  // Locked in order of id, so that two commands on the same projects wait for each other instead of deadlocking.
  await tx.$queryRaw`SELECT FROM projects WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`
  const present = afterLocks(actor)
  const moved = await tx.$queryRaw<{ id: string; current_milestone: number }[]>`
    UPDATE projects
    SET current_milestone = current_milestone + 1, updated_at = ${present.now}
    WHERE current_milestone < total_milestones AND id = ANY(${[...ids]}::uuid[])
    RETURNING id, current_milestone`
  await recordAudit(
    tx,
    present,
    moved.map(({ id, current_milestone: reached }) => ({
      action: 'project.advance',
      entityType: 'project',
      entityId: id,
      details: { currentMilestone: [reached - 1, reached] },
    })),
  )
  return moved.map(({ id }) => id)
}

/** Deletes a project with its daily metrics. Its bugs stay; their history records that they lost it. */
export async function deleteProject(tx: Db, { id, actor }: { id: string; actor: Actor }): Promise<void> {
  const { status } = await lockProject(tx, id)
  const bugs = await tx.$queryRaw<{ id: string }[]>`SELECT id::text FROM bugs WHERE project_id = ${id}::uuid`
  const ids = bugs.map((bug) => bug.id)
  await changeBugs(tx, { ids, change: { projectId: null }, actor, action: 'bug.update' })
  await recordAudit(tx, actor, [
    { action: 'project.delete', entityType: 'project', entityId: id, details: { status, bugs: ids.length } },
  ])
  await tx.$executeRaw`DELETE FROM projects WHERE id = ${id}::uuid`
}

async function lockProject(tx: Db, id: string): Promise<Pick<Project, 'status'>> {
  const [project] = await tx.$queryRaw<Pick<Project, 'status'>[]>`
    SELECT status::text FROM projects WHERE id = ${id}::uuid FOR UPDATE`
  if (project) return project
  throw new NotFoundError('the project was deleted meanwhile', { hint: 'cto projects list' })
}

async function requireOwnUrl(
  tx: Db,
  { id, githubUrl }: { id: string; githubUrl: string | null | undefined },
): Promise<void> {
  if (!githubUrl) return
  const other = await tx.project.findUnique({ where: { githubUrl }, select: { id: true, name: true } })
  if (!other || other.id === id) return
  throw new CtoError('CONFLICT', `the project "${other.name}" has the repository ${githubUrl} already`, {
    hint: `cto projects show ${githubUrl}`,
  })
}
