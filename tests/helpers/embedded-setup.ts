import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { overPglite } from '../../src/engine/embedded/pglite.js'
import { startPglite } from '../../src/engine/embedded/start-pglite.js'
import { prepareTemplate } from './migration-sets.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated, empty data folder as a tar file; each test file loads it into memory. */
    dump: string
  }
}

/** Creates the database that each test file starts from, from the present migrations. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cto-dump-'))
  const file = path.join(folder, 'dump.tar')
  const database = await startPglite({ longWork: true })
  const connection = await overPglite(database, { schema: 'public', target: 'template' })
  const removeCatalogues = await prepareTemplate(project, connection)
  await database.exec('CHECKPOINT')
  // Unpacking would take longer than reading: 0.5 s a file against 0.8 s.
  const dump = await database.dumpDataDir('none')
  await writeFile(file, Buffer.from(await dump.arrayBuffer()))
  await connection.close()
  project.provide('dump', file)
  project.provide('engine', `PGlite ${await installedVersion('@electric-sql/pglite')}`)
  return async () => {
    await removeCatalogues()
    await rm(folder, { recursive: true })
  }
}

async function installedVersion(name: string): Promise<string> {
  const text = await readFile(path.join('node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
