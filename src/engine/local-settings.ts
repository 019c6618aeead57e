import type { Db } from './client.js'
import { Prisma } from './generated/client.js'

/**
 * Statements that give these settings to the current transaction, on the workers of a cluster too. `set_config` would set
 * them on its coordinator alone, in silence: a search would lose results and a lock would be waited for without end.
 */
export function localSettings(settings: Readonly<Record<string, string>>): string[] {
  const each = Object.entries(settings).map(
    ([name, value]) => `SET LOCAL ${name} = '${value.replaceAll("'", "''")}'`,
  )
  // Means nothing elsewhere.
  return ["SET LOCAL citus.propagate_set_commands = 'local'", ...each]
}

export async function setLocally(tx: Db, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const statement of localSettings(settings)) await tx.$executeRaw(Prisma.raw(statement))
}
