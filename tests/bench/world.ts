import { Prisma } from '../../src/engine/generated/client.js'
import type { Database } from '../../src/engine/database.js'

/** The values to query, in an order that is neither that of the table nor of an index. */
export interface World {
  bugs: number
  open: number
  now: Date
  ids: string[]
  numbers: string[]
  /** Of other trackers; there may be none. */
  keys: string[]
  people: string[]
  projects: string[]
  /** By open bugs. */
  largestProject: string
}

export async function prepareWorld(database: Database): Promise<World> {
  return database.read(async (db) => {
    const column = async (sql: Prisma.Sql) =>
      (await db.$queryRaw<{ value: string }[]>(sql)).map(({ value }) => value)
    const [counts] = await db.$queryRaw<{ bugs: number; open: number }[]>`
      SELECT count(*)::int AS bugs,
        (count(*) FILTER (WHERE status IN ('pending', 'in_progress', 'verified')))::int AS open
      FROM bugs`
    const [clock] = await db.$queryRaw<
      { now: Date }[]
    >`SELECT max(updated_at) + interval '1 hour' AS now FROM bugs`
    const sample = Prisma.sql`(SELECT * FROM bugs ORDER BY created_at DESC LIMIT 20000) b ORDER BY md5(b.id::text) LIMIT 1000`
    const [largestProject = ''] = await column(Prisma.sql`
      SELECT project_id::text AS value
      FROM bugs
      WHERE status IN ('pending', 'in_progress', 'verified') AND project_id IS NOT NULL
      GROUP BY project_id
      ORDER BY count(*) DESC
      LIMIT 1`)
    return {
      largestProject,
      bugs: counts?.bugs ?? 0,
      open: counts?.open ?? 0,
      now: clock?.now ?? new Date(0),
      ids: await column(Prisma.sql`SELECT b.id::text AS value FROM ${sample}`),
      numbers: await column(Prisma.sql`SELECT b.bug_number AS value FROM ${sample}`),
      keys: await column(
        Prisma.sql`SELECT external_id AS value FROM bugs WHERE external_id IS NOT NULL LIMIT 500`,
      ),
      people: await column(Prisma.sql`SELECT id::text AS value FROM users ORDER BY md5(id::text) LIMIT 50`),
      projects: await column(
        Prisma.sql`SELECT id::text AS value FROM projects ORDER BY md5(id::text) LIMIT 50`,
      ),
    }
  })
}
