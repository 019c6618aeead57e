import { findSwitchedOff, findTablesWithoutVacuum, getStorageService } from '../../data/admin/server-state.js'
import { required } from '../../errors.js'
import type { Patient } from './check.js'
import { faultOf, faulty, healthy, type Verdict } from './verdict.js'

/** Settings that a hosted service's own storage makes unnecessary. */
const storageSettings = ['fsync', 'full_page_writes']

/** Settings without which a server loses data, or grows without end. */
export async function examineSettings({ ask, database, way: { schema } }: Patient): Promise<Verdict> {
  if (!database.capabilities.hasOtherSessions) {
    return healthy(
      'embedded: what was acknowledged survives a crash of cto; a power cut can lose the last changes',
    )
  }
  const { off, service, tables } = await ask(async (db) => ({
    off: await findSwitchedOff(db),
    service: await getStorageService(db),
    tables: await findTablesWithoutVacuum(db, schema),
  }))
  const byDesign = service === null ? [] : off.filter((name) => storageSettings.includes(name))
  const faults = off.filter((name) => !byDesign.includes(name))
  const isAllRight =
    byDesign.length === 0
      ? 'fsync, full_page_writes, track_counts and autovacuum are on'
      : `${byDesign.join(', ')} off, as ${required(service, 'the service of the storage')} keeps pages in a storage of its own`
  return faulty(
    [
      faultOf(faults, {
        severity: 'error',
        message: `off: ${faults.join(', ')}`,
        fix: { sql: [...faults.map((name) => `ALTER SYSTEM SET ${name} = on`), 'SELECT pg_reload_conf()'] },
      }),
      faultOf(tables, {
        severity: 'error',
        message: `tables that autovacuum leaves out: ${tables.length}`,
        fix: { sql: tables.map((table) => `ALTER TABLE ${table} RESET (autovacuum_enabled)`) },
      }),
    ],
    isAllRight,
  )
}
