import type { Db } from './client.js'
import { Prisma } from './sql.js'

/**
 * Statements that apply these settings to the current transaction, on the workers of a cluster too. `set_config` would
 * silently set them only on its coordinator: a search would lose results and a lock wait would have no limit.
 */
export function localSettings(settings: Readonly<Record<string, string>>): string[] {
  const each = Object.entries(settings).map(
    ([name, value]) => `SET LOCAL ${name} = '${value.replaceAll("'", "''")}'`,
  )
  // No effect without a cluster.
  return ["SET LOCAL citus.propagate_set_commands = 'local'", ...each]
}

export async function setLocally(tx: Db, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const statement of localSettings(settings)) await tx.$executeRaw(Prisma.raw(statement))
}
