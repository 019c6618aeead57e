import { asLogin } from '../../data/workspaces/login-sessions.js'
import { recordAct } from '../../data/workspaces/registered.js'
import { getOperator, membership } from '../../data/workspaces/operator.js'
import { readRegistryFacts, type RegistryFacts } from '../../data/workspaces/registry-facts.js'
import { readFacts } from '../../data/workspaces/workspace-facts.js'
import { asWorkspace, inWorkspace, runStatementsIn, writeInBulk, type Bulk } from '../../engine/bulk.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import type { Database } from '../../engine/database.js'
import { ourTables, wayOf } from '../../engine/inspection.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { CtoError, required } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { Fault } from './fault.js'
import { faultsIn } from './faults.js'
import { registryFaults } from './registry-faults.js'
import { sharedFaults } from './shared-faults.js'
import { registryTableFaults, tableFaults } from './table-faults.js'
import { inOrder } from './in-order.js'

/** A fault, and the workspace that it is in; null: of all. */
export interface Found {
  workspace: Workspace | null
  fault: Fault
}

interface Examine {
  /** The tables of an organisation. */
  set: MigrationSet
  /** How many workspaces at once. */
  parallel: number
  onDone(count: number): void
}

/** Differences from what `cto` creates: outside of all workspaces, then in each, in their order. */
export async function examineWorkspaces(
  database: Pick<Database, 'tables' | 'read'>,
  workspaces: readonly Workspace[],
  { set, parallel, onDone }: Examine,
): Promise<Found[]> {
  const registry = await readFactsOfAll(database)
  const found: Found[] = sharedFaults(registry).map((fault) => ({ workspace: null, fault }))
  let done = 0
  const examine = async (workspace: Workspace) => ({
    workspace,
    faults: await examineOne(database, workspace, { set, registry }),
  })
  for await (const { workspace, faults } of inOrder(workspaces, parallel, examine)) {
    found.push(...faults.map((fault) => ({ workspace, fault })))
    onDone(++done)
  }
  return found
}

type Examined = Pick<Database, 'tables' | 'read' | 'capabilities'>

/** What is not as `cto` makes it in the registry. Where it is not readable, no workspace is. */
export async function examineRegistry(database: Examined): Promise<{ found: Found[]; isReadable: boolean }> {
  const { faults: ofTables, isReadable } = await registryTableFaults(database)
  const faults = isReadable ? [...ofTables, ...(await rightsOfRegistry(database))] : ofTables
  return { found: faults.map((fault) => ({ workspace: null, fault })), isReadable }
}

async function rightsOfRegistry(database: Examined): Promise<Fault[]> {
  const { rights, everyday } = await readFactsOfAll(database)
  return registryFaults(rights, {
    recordTable: wayOf(database).recordTable,
    everyday,
    hasLogins: database.capabilities.hasOtherSessions,
  })
}

async function readFactsOfAll(database: Pick<Database, 'tables' | 'read'>): Promise<RegistryFacts> {
  const tables = [...(await ourTables(database)), wayOf(database).recordTable]
  return database.read((db) => readRegistryFacts(db, tables))
}

async function examineOne(
  database: Pick<Database, 'tables' | 'read'>,
  workspace: Workspace,
  { set, registry }: { set: MigrationSet; registry: RegistryFacts },
): Promise<Fault[]> {
  const { schemaName: schema, domain } = workspace
  const found: Fault[] = []
  try {
    const { facts, version } = await database.read(async (db) => ({
      facts: await readFacts(db, schema),
      version: (await getOperator(db)).version,
    }))
    const faults = faultsIn({
      workspace,
      facts,
      registry,
      recordTable: set.recordTable,
      membership: (member) => membership(quoteIdentifier(schema), member, version),
    })
    found.push(...faults)
    if (!faults.some(({ area }) => area === 'schema'))
      found.push(...(await tableFaults(inWorkspace(database, { schema, domain, set }), workspace)))
  } catch (error) {
    if (!(error instanceof CtoError) || endsAll(error)) throw error
    found.push(unread(error))
  }
  return found
}

/** A locked workspace does not affect the others; a lost connection ends the examination of all. */
function endsAll({ code }: CtoError): boolean {
  return code === 'UNREACHABLE' || code === 'INTERRUPTED' || code === 'TERMINATED'
}

function unread({ message, reason, hint }: CtoError): Fault {
  return {
    area: 'schema',
    severity: 'error',
    message: reason === undefined ? message : `${message}: ${reason}`,
    fix: hint ?? null,
    repair: null,
  }
}

interface Repair {
  set: MigrationSet
  /** `cto/<version>` */
  userAgent: string
  now: Date
}

/**
 * Repairs the faults that can be repaired, each in a transaction of its own: one that needs a right that the operator lacks stops no
 * other. Returns why, for those refused.
 */
export async function repairWorkspaces(
  database: Pick<Database, 'tables' | 'write'>,
  found: readonly Found[],
  { set, userAgent, now }: Repair,
): Promise<Map<Found, string>> {
  const refused = new Map<Found, string>()
  const repaired = new Map<Workspace, number>()
  for (const each of found) {
    const { workspace, fault } = each
    if (fault.repair === null) continue
    try {
      await writeInBulk(database, (bulk) => runRepair(bulk, each, set), { dryRun: false })
      if (workspace) repaired.set(workspace, (repaired.get(workspace) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof CtoError) || endsAll(error)) throw error
      refused.set(each, error.reason ?? error.message)
    }
  }
  for (const [workspace, faults] of repaired) {
    const act = { workspace, action: 'workspace.repair', details: { faults }, userAgent, now }
    await database.write((tx) => recordAct(tx, act))
  }
  return refused
}

async function runRepair(bulk: Bulk, { workspace, fault }: Found, set: MigrationSet): Promise<void> {
  const { as, statements } = required(fault.repair, 'statements that repair')
  if (as === 'operator' || workspace === null) return runStatementsIn(bulk, statements)
  if (as === 'login') return asLogin(bulk.db, workspace, () => runStatementsIn(bulk, statements))
  const { schemaName: schema, domain } = workspace
  await asWorkspace(bulk, { schema, domain, set }, (inside) => runStatementsIn(inside, statements))
}
