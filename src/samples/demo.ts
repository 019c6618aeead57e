import { CtoError } from '../errors.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/generated/client.js'
import type { ImportMetadata } from '../data/imports/imports.js'
import { sampleRange } from './ids.js'

/** Where the bugs of the demo's export say that they come from. */
export const demoSource = 'demo'

export interface DemoImport {
  /** Null after a dry run. */
  importId: string | null
  file: string
  counts: Record<string, number>
}

/** The import of an earlier demo; null where there was none that ended well. */
export async function findDemoImport(db: Db): Promise<DemoImport | null> {
  const [log] = await db.$queryRaw<{ id: string; metadata: ImportMetadata }[]>`
    SELECT id::text, metadata
    FROM import_logs
    WHERE metadata ->> 'externalSource' = ${demoSource} AND metadata ->> 'state' = 'done'
    ORDER BY timestamp, id
    LIMIT 1`
  return log ? { importId: log.id, file: log.metadata.file ?? '', counts: log.metadata.counts ?? {} } : null
}

/** @throws CtoError NOT_PERMITTED where somebody's own bugs, projects or people are */
export async function requireOnlyDemoRows(db: Db): Promise<void> {
  const [others] = await db.$queryRaw<{ bugs: number; projects: number; users: number }[]>`
    SELECT
      (SELECT count(*)::int FROM bugs WHERE ${isForeign}) AS bugs,
      (SELECT count(*)::int FROM projects WHERE ${isForeign}) AS projects,
      (SELECT count(*)::int FROM users WHERE ${isForeign}) AS users`
  const found = Object.entries(others ?? {}).filter(([, rows]) => rows > 0)
  if (found.length === 0) return
  throw new CtoError('NOT_PERMITTED', "the embedded database holds more than the demo's own rows", {
    reason: `not the demo's: ${found.map(([what, rows]) => `${what} ${rows}`).join(', ')}`,
    hint: 'give the demo a database of its own: CTO_HOME=/tmp/cto-demo cto demo',
  })
}

const { first, last } = sampleRange('small')

const isForeign = Prisma.sql`
  id NOT BETWEEN ${first}::uuid AND ${last}::uuid
  AND (
    import_id IS NULL
    OR import_id NOT IN (SELECT id FROM import_logs WHERE metadata ->> 'externalSource' = ${demoSource})
  )`
