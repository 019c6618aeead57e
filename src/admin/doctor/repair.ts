import { CtoError } from '../../errors.js'
import type { Database } from '../../engine/database.js'
import { runStatements } from '../../engine/inspection.js'
import type { Examined } from './examine.js'

/** What the safe fixes of a check are, one statement after the other. */
export interface Repair {
  id: string
  statements: readonly string[]
}

export function repairsOf(examined: readonly Examined[]): Repair[] {
  return examined.flatMap(({ check, remedy }) =>
    remedy?.safe && remedy.sql ? [{ id: check.id, statements: remedy.sql }] : [],
  )
}

/** Runs what can be run; a refused statement ends its own repair alone. Returns why, by check. */
export async function repair(database: Database, repairs: readonly Repair[]): Promise<Map<string, string>> {
  const refused = new Map<string, string>()
  for (const { id, statements } of repairs) {
    try {
      await runStatements(database, statements)
    } catch (error) {
      if (!(error instanceof CtoError) || error.code === 'UNREACHABLE') throw error
      refused.set(id, error.reason ?? error.message)
    }
  }
  return refused
}
