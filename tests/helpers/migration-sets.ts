import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import type { Connection } from '../../src/engine/connection/connection.js'
import { catalogueOf } from '../../src/engine/schema/catalogue-of.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import { portfolio, readSet, registry } from '../../src/engine/schema/migration-set.js'
import type { Migration, MigrationSet, PackageFiles } from '../../src/engine/schema/migration-set.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The catalogues of the present migrations; the build's own may be older. */
    catalogues: string | undefined
  }
}

/** What a command finds in the package; a project without a database has only what the build made. */
export function packageFiles(): PackageFiles {
  return { root: path.resolve('.'), catalogues: inject('catalogues') ?? path.resolve('dist/catalogue') }
}

export function readPortfolio(): MigrationSet {
  return readSet(portfolio, packageFiles())
}

export function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

/**
 * Migrates a template database, and keeps the catalogues of its migrations for the tests of a project.
 * Returns what removes them.
 */
export async function prepareTemplate(
  project: TestProject,
  connection: Connection,
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cto-catalogues-'))
  const files = { root: path.resolve('.'), catalogues: folder }
  const set = readSet(portfolio, files)
  await migrate(connection, set, {
    dryRun: false,
    baseline: false,
    lockTimeoutMs: 0,
    now: () => new Date(),
  })
  for (const each of [set, readSet(registry, files)])
    await writeFile(
      path.join(folder, `${each.name}.json`),
      JSON.stringify(await catalogueOf(connection, each)),
    )
  project.provide('catalogues', folder)
  return () => rm(folder, { recursive: true })
}
