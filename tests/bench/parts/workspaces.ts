import path from 'node:path'
import { rollOut } from '../../../src/admin/workspaces/roll-out.js'
import { createWorkspace } from '../../../src/data/workspaces/create-workspace.js'
import { migrateWorkspace } from '../../../src/data/workspaces/migrate-workspace.js'
import { findWorkspaces } from '../../../src/data/workspaces/registered.js'
import { latestOf } from '../../../src/data/workspaces/version.js'
import { plans } from '../../../src/domain/workspace.js'
import { writeInBulk } from '../../../src/engine/bulk.js'
import type { Database } from '../../../src/engine/database.js'
import { portfolio, readSet, type MigrationSet } from '../../../src/engine/schema/migration-set.js'
import type { Ground } from '../ground.js'
import { openBench } from '../open.js'
import { lineOf, type Line } from '../result.js'
import { later, timeRollOuts } from '../roll-outs.js'
import { inTurn, median } from '../turns.js'

const part = 'workspaces'

interface Fleet {
  ground: Ground
  url: string
  database: Database
  set: MigrationSet
  /** The domains, in order of creation. */
  domains: readonly string[]
}

/** Many workspaces of one server: to make, list, migrate, look at and back up. */
export async function timeWorkspaces(
  ground: Ground,
  { workspaces }: { workspaces: string },
): Promise<Line[]> {
  const url = await ground.scratch('workspaces')
  await ground.cto(['workspaces', 'init', '--quiet'], { env: { DATABASE_URL: url } })
  const set = readSet(portfolio, { root: '.', catalogues: 'dist/catalogue' })
  const database = await openBench(url, { readOnly: false })
  try {
    const domains = Array.from(
      { length: Number(workspaces) },
      (_, n) => `w${String(n).padStart(4, '0')}.example.com`,
    )
    const fleet = { ground, url, database, set, domains }
    const before = await sizes(database)
    const { held, result: made } = await holdingLocks(database, () => timeCreate(fleet))
    const after = await sizes(database)
    const perWorkspace = (bytes: number) => bytes / domains.length / 1_000_000
    return [
      lineOf({ part, name: 'create', unit: 's', promise: { atMost: 1 } }, made),
      amount('size of one without rows', 'MB', perWorkspace(after.database - before.database)),
      amount('its part of the catalogue', 'MB', perWorkspace(after.catalogue - before.catalogue)),
      amount('locks of one that is made', 'locks', held),
      ...(await timeList(fleet)),
      ...(await timeEntrance(fleet)),
      ...(await timeCommands(fleet)),
      ...(await timeBackups(fleet)),
      // Last: the commands know no such migration.
      ...(await timeMigrate(fleet)),
      ...(await timeInterrupted(fleet)),
    ]
  } finally {
    await database.close()
  }
}

function amount(name: string, unit: Line['unit'], value: number, promise?: Line['promise']): Line {
  return lineOf({ part, name, unit, ...(promise && { promise }) }, [value])
}

async function timeCreate({ ground, database, set, domains }: Fleet): Promise<number[]> {
  ground.say(`making ${domains.length} workspaces`)
  const times = []
  for (const [n, domain] of domains.entries()) {
    const plan = plans[n % plans.length] ?? 'basic'
    const wanted = { domain, name: domain, plan, metadata: {}, admin: `a@${domain}`, isOpaque: false }
    const acting = { userAgent: 'bench', now: new Date() }
    const from = performance.now()
    await writeInBulk(database, (bulk) => createWorkspace(bulk, set, { ...wanted, ...acting }), {
      dryRun: false,
    })
    times.push((performance.now() - from) / 1000)
  }
  return times.sort((a, b) => a - b)
}

async function timeList({ ground, database, set }: Fleet): Promise<Line[]> {
  const run = () => database.read((db) => findWorkspaces(db, latestOf(set)))
  const [times = []] = await inTurn([{ name: 'list', run }], ground.rounds)
  return [lineOf({ part, name: 'list', unit: 'ms', promise: { atMost: 50 } }, times)]
}

/** A command in a workspace beside the same in a single schema, each with the small sample. */
async function timeEntrance({ ground, url, domains: [domain = ''] }: Fleet): Promise<Line[]> {
  const inside = ['--workspace', domain]
  const cto = (args: readonly string[]) => ground.cto(args, { env: { DATABASE_URL: url } })
  await cto(['db', 'seed', '--force', '--quiet'])
  await cto(['db', 'seed', '--force', '--quiet', ...inside])
  const commands = [
    { name: 'cto bugs list', args: ['bugs', 'list'], atMost: 1.2 },
    { name: 'cto metrics kpis', args: ['metrics', 'kpis'] },
  ]
  const lines: Line[] = []
  for (const { name, args, atMost } of commands) {
    const sides = [args, [...args, ...inside]].map((each) => ({ name, run: () => cto(each) }))
    const [outside = [], entered = []] = await inTurn(sides, ground.rounds)
    const more = median(entered) - median(outside)
    const against = { name: 'in a single schema', ratio: median(entered) / median(outside) }
    const promise = atMost === undefined ? {} : { promise: { atMost } }
    lines.push(
      lineOf({ part, name: `${name}, in a workspace`, unit: 's', against, ...promise }, entered),
      lineOf({ part, name: `${name}, in a single schema`, unit: 's' }, outside),
      amount(`${name}: what the workspace adds`, 'ms more', more * 1000, { atMost: 15 }),
    )
  }
  return lines
}

/** As `cto workspaces migrate --all`, with a version that brings a column and an index. */
async function timeMigrate({ ground, database, set, domains }: Fleet): Promise<Line[]> {
  const newer = { ...set, migrations: [...set.migrations, later] }
  const others = await database.read((db) => findWorkspaces(db, latestOf(newer)))
  const plan = { canaries: [], others, parallel: 4, maxFailures: 1 }
  ground.say(`migrating ${domains.length} workspaces`)
  const from = performance.now()
  const { held, result } = await holdingLocks(database, () =>
    rollOut(
      plan,
      (workspace) => migrateWorkspace(database, workspace, { set: newer, dryRun: false }),
      () => {},
    ),
  )
  const seconds = (performance.now() - from) / 1000
  const failed = result.find(({ result: outcome }) => outcome !== 'migrated')
  if (failed) throw new Error(`${failed.workspace}: ${failed.result}, ${failed.error ?? ''}`)
  return [
    amount('migrate all: a column, an index', 's', seconds, { atMost: 60 }),
    amount('locks of four that migrate', 'locks', held),
  ]
}

/** Versions whose roll-out fails in one workspace or is killed, by the binary. */
async function timeInterrupted({ ground, url, database, domains }: Fleet): Promise<Line[]> {
  const { oneFails, killed, again, doneBefore } = await timeRollOuts({ ground, url, database })
  return [
    amount('migrate all: one fails in the middle', 's', oneFails),
    amount(`migrate all: killed after ${doneBefore} of ${domains.length}`, 's', killed),
    amount('migrate all: run again, to the end', 's', again),
  ]
}

/** Whole processes, with the most memory of each. */
async function timeCommands({ ground, url }: Fleet): Promise<Line[]> {
  const commands = [
    { name: 'list', args: ['list', '--limit', '0', '--json'] },
    { name: 'overview', args: ['overview', '--json'], promise: { atMost: 30 } },
    { name: 'doctor', args: ['doctor', '--json'] },
    { name: 'status --all --verify', args: ['status', '--all', '--verify', '--json'] },
  ]
  const lines: Line[] = []
  for (const { name, args, promise } of commands) {
    ground.say(`cto workspaces ${name}`)
    const output = path.join(ground.folder, 'workspaces.json')
    let seconds = 0
    const peak = await ground.peakOf(async (env) => {
      const from = performance.now()
      await ground.cto(['workspaces', ...args], { env: { ...env, DATABASE_URL: url }, output })
      seconds = (performance.now() - from) / 1000
    })
    lines.push(
      amount(`cto workspaces ${name}`, 's', seconds, promise),
      amount(`memory of cto workspaces ${name}`, 'MB', peak),
    )
  }
  return lines
}

async function timeBackups({ ground, url, domains }: Fleet): Promise<Line[]> {
  const lines = []
  for (const count of [10, 100].filter((each) => each <= domains.length)) {
    ground.say(`backing up ${count} workspaces`)
    const from = performance.now()
    await ground.cto(['workspaces', 'backup', ...domains.slice(0, count), '--quiet'], {
      env: { DATABASE_URL: url },
      output: path.join(ground.folder, 'backup.txt'),
    })
    lines.push(amount(`cto workspaces backup, ${count}`, 's', (performance.now() - from) / 1000))
  }
  return lines
}

async function sizes(database: Database): Promise<{ database: number; catalogue: number }> {
  const { rows } = await database.tables.connection.pool.query<{ database: string; catalogue: string }>(
    `SELECT pg_database_size(current_database()) AS database, sum(pg_total_relation_size(oid)) AS catalogue
     FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'`,
  )
  const [row] = rows
  return { database: Number(row?.database), catalogue: Number(row?.catalogue) }
}

/** Runs something, and returns with its result the most locks that were held at once in the meantime. */
async function holdingLocks<Result>(
  { tables }: Database,
  work: () => Promise<Result>,
): Promise<{ held: number; result: Result }> {
  let held = 0
  const look = async () => {
    const { rows } = await tables.connection.pool.query<{ held: number }>(
      'SELECT count(*)::int AS held FROM pg_locks WHERE NOT fastpath AND pid <> pg_backend_pid()',
    )
    held = Math.max(held, rows[0]?.held ?? 0)
  }
  const timer = setInterval(() => void look(), 50)
  try {
    const result = await work()
    return { result, held }
  } finally {
    clearInterval(timer)
  }
}
