import type { Database } from '../../engine/database.js'
import { wayOf } from '../../engine/inspection.js'
import type { DatabaseSettings } from '../../engine/open.js'
import type { Patient } from './check.js'
import { limitMs } from './examine.js'

interface Examination {
  settings: Pick<DatabaseSettings, 'at' | 'limits'>
  /** Statements may take their time. */
  deep: boolean
  /** The folder backups of CTO_HOME; absent: no check of backups is made. */
  backups?: string | undefined
  now: Date
}

export function patientOf(database: Database, { settings, deep, backups, now }: Examination): Patient {
  const { at, limits } = settings
  const server = 'server' in at ? at.server : null
  return {
    database,
    way: wayOf(database),
    host: server?.host ?? null,
    hasDirectUrl: server !== null && server.direct !== null,
    replica: server?.replica ?? null,
    backups: backups ?? null,
    deep,
    slowQueryMs: limits.slowQueryMs,
    now,
    ask: (work) => database.read(work, { timeoutMs: deep ? 0 : limitMs }),
  }
}
