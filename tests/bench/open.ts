import { connectToServer } from '../../src/engine/connection/server.js'
import { databaseOver, type Database } from '../../src/engine/database.js'
import { portfolio, readSet } from '../../src/engine/schema/migration-set.js'
import { defaultLimits, serverSettings } from '../helpers/settings.js'

/** Opens a migrated database as a command does. */
export async function openBench(url: string, { readOnly }: { readOnly: boolean }): Promise<Database> {
  return databaseOver(await connectToServer(serverSettings(url), { readOnly }), {
    limits: defaultLimits(),
    readOnly,
    set: readSet(portfolio, { root: '.', catalogues: 'dist/catalogue' }),
    lockTimeoutMs: 30_000,
    now: () => new Date(),
  })
}
