import type { RegistryFacts } from '../../data/workspaces/registry-facts.js'
import { limitOf } from '../../domain/workspace.js'
import type { ShownWorkspace, Workspace } from '../../shapes/workspace.js'
import { error, type Fault } from './fault.js'

/** Records beyond its plan or its own limits: `cto` refuses more, but other programs are not limited. */
export function limitFaults(
  { subscriptionPlan, metadata }: Workspace,
  used: ShownWorkspace['limits'],
): Fault[] {
  return used.flatMap(({ record, used: count }) => {
    const most = limitOf(record, subscriptionPlan, metadata.limits)
    return most === null || count <= most
      ? []
      : [
          {
            ...error('limits', `holds ${count} ${record}, and may hold ${most}`),
            severity: 'warn',
            fix: `raise the limit: cto workspaces update --limit ${record}=N`,
          },
        ]
  })
}

/** What all workspaces share besides the registry. */
export function sharedFaults({
  orphans,
  trigramHost,
  isPublicOpen,
  locks,
}: Pick<RegistryFacts, 'orphans' | 'trigramHost' | 'isPublicOpen' | 'locks'>): Fault[] {
  return [
    ...orphans.map((each): Fault => ({
      ...error('schema', `the ${each} is of no workspace`),
      severity: 'warn',
      fix: `adopt the schema: cto workspaces adopt SCHEMA --domain DOMAIN; or drop it`,
    })),
    ...(isPublicOpen
      ? [
          {
            ...error('rights', 'everybody may create objects in the schema public'),
            repair: {
              as: 'operator' as const,
              statements: ['REVOKE CREATE ON SCHEMA public FROM PUBLIC'],
            },
          },
        ]
      : []),
    ...(trigramHost === null
      ? []
      : [
          {
            ...error(
              'server',
              `pg_trgm is in the schema of ${trigramHost}: to delete that workspace would drop the indexes of all`,
            ),
            fix: 'an administrator runs: ALTER EXTENSION pg_trgm SET SCHEMA public;',
          },
        ]),
    ...(locks.needed <= locks.room ? [] : [lockFault(locks)]),
  ]
}

function lockFault({ needed, room, perTransaction }: RegistryFacts['locks']): Fault {
  return {
    ...error(
      'server',
      `a dump of the whole database locks ${needed} relations, and the server has room for ${room}: it would end with 53200`,
    ),
    severity: 'warn',
    fix: `max_locks_per_transaction = ${Math.ceil((needed / room) * perTransaction * 1.5)} and a restart; or cto workspaces backup --all`,
  }
}
