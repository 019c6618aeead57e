import fc from 'fast-check'
import type { BugChange } from '../../src/domain/bug-change.js'
import { statuses } from '../../src/domain/bug.js'
import type { TestDatabase } from './database.js'
import { addProject, addUser } from './factories.js'

const amounts = fc.option(fc.constantFrom('0.00', '5.50', '1200.00', '99999.99'))

/** Random changes of a bug; people and projects are positions, since their ids are not known yet. */
export const drawnFields = {
  title: fc.constantFrom('Checkout times out', 'Typo'),
  status: fc.constantFrom(...statuses),
  assignee: fc.option(fc.nat(1)),
  project: fc.option(fc.nat(1)),
  revenueImpact: amounts,
  isBlocker: fc.boolean(),
  actualHours: amounts,
}

export interface DrawnChange extends Omit<BugChange, 'assignedToId' | 'projectId'> {
  assignee?: number | null
  project?: number | null
}

/** Adds two people and two projects, and maps the positions of a random change to them. */
export async function changesIn(db: TestDatabase): Promise<(drawn: DrawnChange) => BugChange> {
  const people = [(await addUser(db, 'ada')).id, (await addUser(db, 'grace')).id]
  const projects = [(await addProject(db, 'shop')).id, (await addProject(db, 'ledger')).id]
  return ({ assignee, project, ...plain }) => ({
    ...plain,
    ...(assignee !== undefined && { assignedToId: assignee === null ? null : people[assignee] }),
    ...(project !== undefined && { projectId: project === null ? null : projects[project] }),
  })
}
