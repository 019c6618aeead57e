import { CtoError } from '../../errors.js'
import type { MigrationState, MigrationStatus, SchemaState, SchemaStatus } from './migrations.js'

/** What the caller does with the tables. */
export type Need = 'read' | 'write' | 'migrate' | 'baseline' | 'reset'

/** Accepted states besides `current`. Reading accepts tables of a newer version; writing requires those of this one. */
const fits: Record<Need, readonly SchemaState[]> = {
  read: ['newer'],
  write: [],
  migrate: ['older', 'failed', 'empty'],
  baseline: ['unbaselined'],
  reset: ['older', 'failed', 'empty', 'edited', 'unbaselined'],
}

/** @throws CtoError with the command that fixes it, unless the tables fit the need */
export function requireSchema({ state, migrations }: SchemaStatus, need: Need, target: string): void {
  if (state !== 'current' && !fits[need].includes(state)) throw schemaError(state, migrations, target)
}

export function failedMigration(name: string, logs: string | null, cause?: unknown): CtoError {
  return new CtoError('SCHEMA_BROKEN', `the migration ${name} failed; nothing of it was kept`, {
    reason: logs ?? undefined,
    hint: 'fix the cause, then run: cto db migrate',
    cause,
  })
}

/** The error for tables that do not fit. */
export function schemaError(
  state: Exclude<SchemaState, 'current'>,
  migrations: readonly MigrationStatus[],
  target: string,
): CtoError {
  const names = (wanted: MigrationState) =>
    migrations
      .filter((migration) => migration.state === wanted)
      .map(({ name }) => name)
      .join(', ')
  switch (state) {
    case 'newer':
      return new CtoError('SCHEMA_NEWER', 'the tables were written by a newer cto', {
        reason: `${target} has ${names('unknown')}, unknown to this version, which can only read`,
        hint: 'install the newer release: npm install -g ./cto-VERSION.tgz',
      })
    case 'older':
      return new CtoError('SCHEMA_OLDER', 'the tables are older than this version', {
        reason: `${target} lacks ${names('pending')}`,
        hint: 'cto db migrate',
      })
    case 'failed': {
      const failed = migrations.find((migration) => migration.state === 'failed')
      return failedMigration(failed?.name ?? 'unknown', failed?.logs ?? null)
    }
    case 'edited':
      return new CtoError('SCHEMA_BROKEN', "an applied migration differs from this version's", {
        reason: `${target}: ${names('edited')}`,
        hint: 'install the release that applied it; cto db status shows which migration',
      })
    case 'unbaselined':
      return new CtoError('NO_TABLES', 'the tables exist, but their migrations are not recorded', {
        reason: target,
        hint: 'cto db migrate --baseline',
      })
    case 'foreign':
      return new CtoError('FOREIGN_TABLES', "the schema holds another application's tables", {
        reason: `${target}; cto does not mix its tables with others`,
        hint: 'give it a schema of its own: add ?schema=cto to DATABASE_URL, then run: cto db init',
      })
    case 'empty':
      return new CtoError('NO_TABLES', 'the tables of cto do not exist', {
        reason: target,
        hint: 'cto db init',
      })
  }
}
