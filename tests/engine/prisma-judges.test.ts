import { describe, expect, test } from 'vitest'
import { everything, migrationList, openSchemaEngine } from '../../scripts/prisma-engine.js'
import { serverSettings } from '../helpers/settings.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { readPortfolio } from '../helpers/migration-sets.js'
import { useServer } from '../helpers/server.js'

const server = useServer()

/** A database that our own runner made in this schema. Returns its URL. */
async function migrated(schema: string, afterwards = 'SELECT 1'): Promise<string> {
  const url = await server.database('empty')
  const connection = await connectToServer({ ...serverSettings(url), schema }, { readOnly: false })
  await migrate(connection, readPortfolio(), {
    dryRun: false,
    baseline: false,
    lockTimeoutMs: 0,
    now: () => new Date(),
  })
  await connection.pool.query(afterwards)
  await connection.close()
  return url
}

/** `prisma migrate status` and `prisma migrate dev`, as far as they look: the second one sees drift. */
async function judge(connectionString: string) {
  const engine = await openSchemaEngine({ connectionString })
  const migrationsList = await migrationList()
  return {
    status: await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: true,
      filters: everything,
    }),
    dev: (await engine.devDiagnostic({ migrationsList, filters: everything })).action,
  }
}

const inOrder = {
  status: { hasMigrationsTable: true, history: null, editedMigrationNames: [], failedMigrationNames: [] },
  dev: { tag: 'createMigration' },
}

describe('Prisma’s own engine', () => {
  test('finds no drift in the tables of our runner', async () => {
    expect(await judge(await migrated('public'))).toEqual(inOrder)
  })

  test('finds no drift in another schema', async () => {
    // The engine compares with a shadow of its own, which is in public.
    const renamed = 'ALTER SCHEMA public RENAME TO old; ALTER SCHEMA "Tenant 7" RENAME TO public'
    expect(await judge(await migrated('Tenant 7', renamed))).toEqual(inOrder)
  })

  test('finds drift, and an edited migration', async () => {
    const { migrations } = readPortfolio()
    const { status, dev } = await judge(
      await migrated(
        'public',
        `ALTER TABLE bugs ADD COLUMN colour text; UPDATE _prisma_migrations SET checksum = repeat('0', 64)`,
      ),
    )
    expect(status.editedMigrationNames).toEqual(migrations.map(({ name }) => name))
    expect(dev).toMatchObject({
      tag: 'reset',
      reason: expect.stringContaining('Added column `colour`') as string,
    })
  })
})
