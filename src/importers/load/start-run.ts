import type { Capabilities } from '../../engine/connection/connection.js'
import type { Database } from '../../engine/database.js'
import { findNameableUsers } from '../../data/imports/import-users.js'
import type { ImportType } from '../map/columns.js'
import type { ImportPlan } from '../csv/plan.js'
import { ImportRun, type RunOptions } from '../csv/run.js'
import { peopleIndex, type FindPerson } from '../validate/people.js'
import type { KnownPerson } from '../validate/people-file.js'

/** Records a batch: more are no faster, and where a batch holds the event loop it must not do so for long. */
export function batchSize({ blocksTheLoop }: Pick<Capabilities, 'blocksTheLoop'>): number {
  return blocksTheLoop ? 1000 : 2500
}

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
  return new ImportRun(plan, { ...options, findPerson, batchSize: batchSize(database.capabilities) })
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
