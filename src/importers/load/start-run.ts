import type { Database } from '../../engine/database.js'
import { findNameableUsers } from '../../data/imports/import-users.js'
import type { ImportType } from '../map/columns.js'
import type { ImportPlan } from '../csv/plan.js'
import { ImportRun, type RunOptions } from '../csv/run.js'
import { peopleIndex, type FindPerson } from '../validate/people.js'
import type { KnownPerson } from '../validate/people-file.js'

/** As fast as any larger one on a server; embedded, a batch holds the process, and must not do so for long. */
export const batchSizes = { postgresql: 2500, embedded: 1000 }

export interface StartOptions extends Omit<RunOptions, 'findPerson' | 'batchSize'> {
  /** `--people`; it knows better than the database does. */
  people?: readonly KnownPerson[] | undefined
}

/** Makes a plan ready to be loaded into this database: people who are known there are found by name and login. */
export async function startRun<Type extends ImportType>(
  database: Database,
  plan: ImportPlan<Type>,
  { people = [], ...options }: StartOptions,
): Promise<ImportRun<Type>> {
  const findPerson =
    plan.type === 'bugs' ? await personFinder(database, plan.externalSource, people) : undefined
  return new ImportRun(plan, { ...options, findPerson, batchSize: batchSizes[database.engine] })
}

/** Finds people by what a source calls them. */
export async function personFinder(
  database: Database,
  externalSource: string,
  people: readonly KnownPerson[],
): Promise<FindPerson> {
  const users = await database.read((db) => findNameableUsers(db, externalSource))
  const said = peopleIndex(people)
  const known = peopleIndex(users.map(({ email, name }) => ({ email, labels: [name] })))
  return (label) => said(label) ?? known(label)
}
