import { inTransaction } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { readCatalogue, type Catalogue } from './catalogue.js'
import { applyAll } from './migrate.js'
import type { MigrationSet } from './migration-set.js'

/**
 * The objects that the migrations of a set create, for the build to store: read from a temporary schema that is created in
 * a transaction and rolled back.
 */
export async function catalogueOf(
  connection: Connection,
  set: Pick<MigrationSet, 'migrations' | 'recordTable'>,
): Promise<Catalogue> {
  const scratch = { ...connection, schema: 'cto_catalogue' }
  return inTransaction(
    scratch,
    async (client) => {
      await applyAll(client, scratch, set, {
        dryRun: true,
        baseline: false,
        lockTimeoutMs: 0,
        now: () => new Date(0),
      })
      return readCatalogue(client, { schema: scratch.schema, recordTable: set.recordTable })
    },
    { end: 'ROLLBACK' },
  )
}
