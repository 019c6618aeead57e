import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/engine/database.js'
import type { Migration } from '../../src/engine/schema/migration-set.js'
import { migration } from '../helpers/migration-sets.js'
import type { Ground } from './ground.js'

/** A version of cto that brings one migration more, which adds a column of its name to bugs, and an index. */
function version(column: string, name: string): Migration {
  return migration(
    name,
    `ALTER TABLE bugs ADD COLUMN ${column} text;\nCREATE INDEX bugs_${column}_idx ON bugs (${column});`,
  )
}

/** What a version may bring: a column and an index. */
export const later = version('bench', '20990101000000_bench')

const failing = version('bench_failing', '20990102000000_bench')
const killed = version('bench_killed', '20990103000000_bench')

interface RollOuts {
  ground: Ground
  url: string
  /** Its workspaces have the migration `later`. */
  database: Database
}

/** Seconds of each `cto workspaces migrate --all`. */
interface RollOutTimes {
  /** One workspace in the middle fails. */
  oneFails: number
  /** Until it was killed, half-way. */
  killed: number
  /** What it left. */
  again: number
  /** Workspaces that the killed one had migrated. */
  doneBefore: number
}

/**
 * Rolls out two versions by the binary: one whose migration fails in the middle workspace, and one that is killed half-way and
 * run again.
 *
 * @throws Error where another workspace fails, one is left half migrated, or the last run leaves one behind
 */
export async function timeRollOuts({ ground, url, database }: RollOuts): Promise<RollOutTimes> {
  const folder = await newerPackage(ground.folder)
  const begin = async (more: Migration) => {
    await addMigration(folder, more)
    const from = performance.now()
    const child = spawn(
      process.execPath,
      [path.join(folder, 'bin/cto.js'), 'workspaces', 'migrate', '--all'],
      {
        env: { ...process.env, CTO_HOME: path.join(ground.folder, 'home'), DATABASE_URL: url },
        stdio: 'ignore',
      },
    )
    return { child, exited: once(child, 'exit'), seconds: () => (performance.now() - from) / 1000 }
  }
  const finish = async (more: Migration, code: number) => {
    const { exited, seconds } = await begin(more)
    const [exitCode] = (await exited) as [number | null]
    if (exitCode !== code) throw new Error(`workspaces migrate ended with ${exitCode}, not ${code}`)
    return seconds()
  }
  const { pool } = database.tables.connection
  const schemas = (
    await pool.query<{ name: string }>('SELECT schema_name AS name FROM tenants ORDER BY domain')
  ).rows
  const middle = schemas[Math.floor(schemas.length / 2)]?.name ?? ''

  ground.say('rolling out a version that fails in one workspace, then one that is killed')
  await pool.query(`ALTER TABLE ${middle}.bugs ADD COLUMN bench_failing text`)
  const oneFails = await finish(failing, 5)
  await pool.query(`ALTER TABLE ${middle}.bugs DROP COLUMN bench_failing`)
  await requireNoneHalf(database, 'bench_failing', failing)
  const left = schemas.length - (await migrated(database, failing))
  if (left !== 1) throw new Error(`${left} workspaces failed, not the one`)

  const { child, exited, seconds } = await begin(killed)
  await untilHalf(child, async () => (await migrated(database, killed)) >= schemas.length / 2)
  child.kill('SIGKILL')
  await exited
  const killedAfter = seconds()
  await untilAlone(database)
  await requireNoneHalf(database, 'bench_killed', killed)
  const doneBefore = await migrated(database, killed)
  const again = await finish(killed, 0)
  await requireNoneHalf(database, 'bench_killed', killed)
  const done = await migrated(database, killed)
  if (done !== schemas.length) throw new Error(`${schemas.length - done} workspaces were left behind`)
  return { oneFails, killed: killedAfter, again, doneBefore }
}

/** A copy of the package, whose migrations can be added to. */
async function newerPackage(below: string): Promise<string> {
  const folder = path.join(below, 'newer')
  await mkdir(folder)
  for (const each of ['bin', 'dist', 'prisma', 'package.json'])
    await cp(each, path.join(folder, each), { recursive: true })
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'))
  await addMigration(folder, later)
  return folder
}

async function addMigration(folder: string, { name, sql }: Migration): Promise<void> {
  const place = path.join(folder, 'prisma/migrations', name)
  await mkdir(place, { recursive: true })
  await writeFile(path.join(place, 'migration.sql'), sql)
}

/** The workspaces whose last migration is this one, by the registry. */
async function migrated({ tables }: Database, { name }: Migration): Promise<number> {
  const { rows } = await tables.connection.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM tenants WHERE metadata #>> '{migration,name}' = $1`,
    [name],
  )
  return rows[0]?.n ?? 0
}

async function untilHalf(child: ChildProcess, isHalf: () => Promise<boolean>): Promise<void> {
  while (child.exitCode === null && !(await isHalf())) await sleep(20)
}

/** The server ends the sessions of a killed client by itself. */
async function untilAlone({ tables }: Database): Promise<void> {
  for (let others = 1; others > 0;) {
    const { rows } = await tables.connection.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
    )
    others = rows[0]?.n ?? 0
    await sleep(20)
  }
}

/** Column, index and registry agree in every workspace. */
async function requireNoneHalf({ tables }: Database, column: string, { name }: Migration): Promise<void> {
  const { rows } = await tables.connection.pool.query<{ domain: string }>(
    `SELECT domain
     FROM tenants
     CROSS JOIN LATERAL (SELECT
       EXISTS (
         SELECT FROM pg_attribute
         WHERE attrelid = to_regclass(schema_name || '.bugs') AND attname = $1 AND NOT attisdropped
       ) AS has_column,
       to_regclass(schema_name || '.bugs_' || $1 || '_idx') IS NOT NULL AS has_index,
       metadata #>> '{migration,name}' = $2 AS is_registered) AS found
     WHERE has_column <> has_index OR has_index <> is_registered`,
    [column, name],
  )
  if (rows.length > 0) throw new Error(`half migrated: ${rows.map(({ domain }) => domain).join(', ')}`)
}
