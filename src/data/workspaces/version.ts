import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { required } from '../../errors.js'

/** The last migration of this version: a workspace whose registry row names it has all of them. */
export function latestOf({ migrations }: Pick<MigrationSet, 'migrations'>): { latest: string } {
  return { latest: required(migrations.at(-1), 'a migration of this version').name }
}
