import { counted } from '../domain/counted.js'
import type { Database } from '../engine/database.js'

/** `3 workspaces are`, of those beside the tables that a command works on; null where there is none, or the command is in one. */
export async function workspacesBeside(database: Database): Promise<string | null> {
  if (database.workspace !== null) return null
  const { countWorkspaces } = await import('../data/workspaces/archived-workspaces.js')
  const count = await database.read(countWorkspaces)
  return count === 0 ? null : `${counted(count, 'workspace')} ${count === 1 ? 'is' : 'are'}`
}
