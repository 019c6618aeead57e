import type { Actor } from '../data/audit/audit.js'
import { addNotes } from '../data/bugs/bug-notes.js'
import { getBugId } from '../data/bugs/bug-names.js'
import { getBug } from '../data/bugs/bugs.js'
import { changeBugs } from '../data/bugs/change-bugs.js'
import { createBugs } from '../data/bugs/create-bug.js'
import { deleteBugs } from '../data/bugs/delete-bugs.js'
import { getByName } from '../data/names.js'
import { createRecord, deleteRecord, getRecord } from '../data/plain-records.js'
import { createProject, deleteProject, updateProject } from '../data/projects/change-projects.js'
import { getProjectWithBugs } from '../data/projects/project-with-bugs.js'
import { updateRecord } from '../data/update-records.js'
import { userRecords } from '../data/users/users.js'
import { normaliseGithubUrl } from '../domain/project.js'
import { normaliseEmail } from '../domain/user.js'
import type { BugFields as StoredFields } from '../domain/bug-change.js'
import type { Db } from '../engine/client.js'
import type { BugFields, Changes, ProjectFields, UserFields } from './api.js'
import type { Project } from './records.js'

/** The changes, in a transaction of the caller. */
export function changesIn(tx: Db, actor: Actor): Changes {
  const userId = async (name: string) => (await getByName(tx, 'user', name)).id
  const projectId = async (name: string) => (await getByName(tx, 'project', name)).id
  const storedProject = async (id: string): Promise<Project> => {
    const { openBugs, ...project } = await getProjectWithBugs(tx, { id, bugs: 1, now: actor.now })
    return project
  }
  const idOrUnset = async (name: string | null | undefined, find: (name: string) => Promise<string>) =>
    typeof name === 'string' ? find(name) : name
  const storedFields = async ({ assignee, creator, project, ...fields }: BugFields): Promise<StoredFields> =>
    given({
      ...fields,
      assignedToId: await idOrUnset(assignee, userId),
      createdById: await idOrUnset(creator, userId),
      projectId: await idOrUnset(project, projectId),
    })
  return {
    createBug: async ({ title, severity, ...fields }) => {
      const bug = { createdById: actor.userId, ...(await storedFields(fields)), title, severity }
      const [id = ''] = await createBugs(tx, { bugs: [bug], actor })
      return getBug(tx, { id, now: actor.now })
    },
    updateBug: async (name, fields, { note, force, ifUnchangedSince } = {}) => {
      const id = await getBugId(tx, name)
      const change = await storedFields(fields)
      await changeBugs(tx, { ids: [id], change, actor, action: 'bug.update', note, force, ifUnchangedSince })
      return getBug(tx, { id, now: actor.now })
    },
    noteBug: async (name, note) => addNotes(tx, { bugs: [await getBugId(tx, name)], note, actor }),
    deleteBug: async (name) => {
      await deleteBugs(tx, { ids: [await getBugId(tx, name)], actor })
    },
    createProject: async ({ name, ...fields }) => {
      const project = { ...projectFieldsOf(fields), name }
      return storedProject(await createProject(tx, { project, actor }))
    },
    updateProject: async (name, fields, { ifUnchangedSince } = {}) => {
      const id = await projectId(name)
      await updateProject(tx, { id, change: projectFieldsOf(fields), actor, ifUnchangedSince })
      return storedProject(id)
    },
    deleteProject: async (name) => deleteProject(tx, { id: await projectId(name), actor }),
    createUser: (fields) => createRecord(tx, userRecords, { values: userFieldsOf(fields), actor }),
    updateUser: async (name, fields) => {
      const id = await userId(name)
      await updateRecord(tx, userRecords, { id, change: userFieldsOf(fields), actor })
      return getRecord(tx, userRecords, id)
    },
    deleteUser: async (name) => deleteRecord(tx, userRecords, { id: await userId(name), actor }),
  }
}

function projectFieldsOf({ githubUrl, ...fields }: ProjectFields) {
  return given({
    ...fields,
    githubUrl: typeof githubUrl === 'string' ? normaliseGithubUrl(githubUrl) : githubUrl,
  })
}

function userFieldsOf({ email, ...fields }: UserFields) {
  return given({ ...fields, email: email === undefined ? undefined : normaliseEmail(email) })
}

type Given<T> = { [Field in keyof T]: Exclude<T[Field], undefined> }

/** What is undefined is not changed, and must not hide a default. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}
