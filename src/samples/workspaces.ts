import { sumSessions } from '../data/sessions/sum-sessions.js'
import { createWorkspace } from '../data/workspaces/create-workspace.js'
import { findWorkspace } from '../data/workspaces/registered.js'
import { latestOf } from '../data/workspaces/version.js'
import { utcDay } from '../domain/time.js'
import { asWorkspace, createTables, writeInBulk } from '../engine/bulk.js'
import type { Actor } from '../data/audit/audit.js'
import type { Db } from '../engine/client.js'
import type { Database } from '../engine/database.js'
import { insertRows } from '../engine/insert-rows.js'
import type { MigrationSet } from '../engine/schema/migration-set.js'
import { countRows } from '../engine/schema/row-counts.js'
import { CtoError } from '../errors.js'
import type { RowCounts } from '../shapes/database.js'
import {
  organisationDashboards,
  organisations,
  organisationUsers,
  type Organisation,
} from './organisations.js'
import { randomFrom } from './random.js'
import { storeOnce } from './seed.js'
import { inventMonth } from './working-days.js'

interface SeededWorkspace {
  workspace: string
  /** False where its rows were there already. */
  seeded: boolean
  rows: RowCounts
}

interface SeedWorkspaces {
  /** The tables of an organisation. */
  set: MigrationSet
  actor: Actor
  /** Seed workspaces that hold other data too. */
  force: boolean
  dryRun: boolean
}

/**
 * Makes the sample workspaces, each in one transaction; in those that exist already, stores what is missing.
 *
 * @throws CtoError NOT_PERMITTED if one of them holds other data
 */
export async function seedWorkspaces(
  database: Pick<Database, 'tables'>,
  request: SeedWorkspaces,
): Promise<SeededWorkspace[]> {
  const done = []
  for (const organisation of organisations) done.push(await seedWorkspace(database, organisation, request))
  return done
}

async function seedWorkspace(
  database: Pick<Database, 'tables'>,
  organisation: Organisation,
  { set, actor, force, dryRun }: SeedWorkspaces,
): Promise<SeededWorkspace> {
  const { domain, name, plan } = organisation
  const { userAgent, now } = actor
  let result: { seeded: boolean; rows: RowCounts } | undefined
  const store = async ({ db }: { db: Db }) => {
    const insert = () => insertOrganisation(db, organisation, now)
    const place = `the workspace ${domain}`
    const seeded = await storeOnce(db, { set: 'workspaces', place, actor, force, insert })
    result = { seeded, rows: await countRows(db) }
  }
  await writeInBulk(
    database,
    async (bulk) => {
      const present = await findWorkspace(bulk.db, latestOf(set), domain, { lock: true })
      if (present?.isBehind) throw behind(domain)
      if (present) return asWorkspace(bulk, { schema: present.schemaName, domain, set }, store)
      const wanted = { domain, name, plan, metadata: {}, admin: null, isOpaque: false, userAgent, now }
      return createWorkspace(bulk, set, wanted, async (inside) => {
        await createTables(inside)
        await store(inside)
      })
    },
    { dryRun },
  )
  if (!result) throw new Error('a transaction that ended without its work')
  return { workspace: domain, ...result }
}

/** The same rows on every machine, except the days, which count back from today. */
async function insertOrganisation(tx: Db, organisation: Organisation, now: Date): Promise<void> {
  const users = organisationUsers(organisation, now)
  const people = users.map(({ id }) => id)
  // Each organisation works in its own way.
  const random = randomFrom(3001 + organisations.indexOf(organisation))
  const { sessions, events } = inventMonth({ people, end: utcDay(now), now, random })
  await insertRows(tx, 'users', users)
  await insertRows(tx, 'metrics_sessions', sessions)
  await insertRows(tx, 'tool_events', events)
  await sumSessions(tx, { ids: sessions.map(({ id }) => id), now })
  for (const owner of people.slice(0, 1))
    await insertRows(tx, 'dashboard_configs', organisationDashboards(owner, now))
}

function behind(domain: string): CtoError {
  return new CtoError('CONFLICT', `the workspace ${domain} lacks migrations`, {
    hint: `cto workspaces migrate ${domain}`,
  })
}
