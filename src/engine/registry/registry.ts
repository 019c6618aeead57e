import { CtoError } from '../../errors.js'
import type { SchemaState, SchemaStatus } from '../schema/migrations.js'

/** The schema of the registry. */
export const registrySchema = 'public'

/** A newer registry serves too: it keeps the columns of this version. */
const fits: readonly SchemaState[] = ['current', 'newer']

/** @throws CtoError NOT_CONFIGURED without a registry, FOREIGN_TABLES where another application has tables of its names, SCHEMA_… */
export function requireRegistry({ state, migrations }: SchemaStatus, target: string): void {
  if (fits.includes(state)) return
  const reason = target
  switch (state) {
    case 'empty':
      throw new CtoError('NOT_CONFIGURED', 'there is no registry of workspaces', {
        reason,
        hint: 'cto workspaces init',
      })
    case 'foreign':
    case 'unbaselined':
      throw foreignRegistry(target)
    case 'older':
      throw new CtoError('SCHEMA_OLDER', 'the registry of workspaces is older than this version', {
        reason,
        hint: 'cto workspaces init',
      })
    default: {
      const broken = migrations.find((each) => each.state === 'failed' || each.state === 'edited')
      throw new CtoError('SCHEMA_BROKEN', 'the registry of workspaces does not fit this version', {
        reason: `${target}: the migration ${broken?.name ?? ''} is ${state}`,
        hint:
          state === 'failed'
            ? 'fix the cause, then run: cto workspaces init'
            : 'install the release that applied it',
      })
    }
  }
}

export function foreignRegistry(target: string): CtoError {
  return new CtoError(
    'FOREIGN_TABLES',
    "the schema public holds another application's table tenants or tenant_audit",
    {
      reason: `${target}; the registry of workspaces would have these names`,
      hint: 'use another database for workspaces',
    },
  )
}
