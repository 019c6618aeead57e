import type { Database } from '../../engine/database.js'
import { batchSize } from '../load/batch-size.js'
import { personFinder } from '../load/person-finder.js'
import type { ImportType } from '../../domain/kinds.js'
import type { KnownPerson } from '../validate/people.js'
import type { ImportPlan } from './plan.js'
import { ImportRun, type RunOptions } from './run.js'

export interface StartOptions extends Omit<RunOptions, 'findPerson' | 'batchSize'> {
  /** From `--people`; overrides the database. */
  people?: readonly KnownPerson[] | undefined
}

/** Prepares to load a plan into this database, whose people are found by name and login. */
export async function startRun<Type extends ImportType>(
  database: Database,
  plan: ImportPlan<Type>,
  { people = [], ...options }: StartOptions,
): Promise<ImportRun<Type>> {
  const findPerson =
    plan.type === 'bugs' ? await personFinder(database, plan.externalSource, people) : undefined
  return new ImportRun(plan, { ...options, findPerson, batchSize: batchSize(database.capabilities) })
}
