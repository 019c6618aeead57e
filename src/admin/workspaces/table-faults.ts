import {
  findDisabledTriggers,
  findInvalidIndexes,
  type InvalidIndex,
  type TablePart,
} from '../../data/admin/schema-faults.js'
import { limitsUsed } from '../../data/workspaces/shown-workspace.js'
import { readInBulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import {
  expectedCatalogue,
  migrationFault,
  ourTables,
  presentCatalogue,
  wayOf,
} from '../../engine/inspection.js'
import type { Workspace } from '../../shapes/workspace.js'
import { driftBetween, nameOf, type Drift } from '../doctor/drift.js'
import type { Fault } from './fault.js'
import { limitFaults } from './shared-faults.js'

type Inside = Pick<Database, 'tables'>

/** A statement that waits longer for a lock is cancelled. */
const timeoutMs = 30_000

/** Compares the tables of a workspace with the catalogue of a freshly migrated schema, and their rows with the limits. */
export async function tableFaults(inside: Inside, workspace: Workspace): Promise<Fault[]> {
  const misfit = await migrationFault(inside)
  if (misfit) {
    const fix = `cto workspaces migrate ${workspace.domain}`
    return [{ area: 'migrations', severity: 'warn', message: misfit.message, fix, repair: null }]
  }
  const drift = driftBetween(await expectedCatalogue(inside), await presentCatalogue(inside, { timeoutMs }))
  const used = drift.missing.length > 0 ? [] : await readInBulk(inside, ({ db }) => limitsUsed(db, workspace))
  const printed = (check: string) => `cto db doctor --only ${check} -w ${workspace.domain} prints the SQL`
  return [
    ...driftFaults(drift, printed('schema.drift')),
    ...idleFaults(
      {
        triggers: await disabledTriggers(inside),
        indexes: await readInBulk(inside, ({ db }) => findInvalidIndexes(db, workspace.schemaName)),
      },
      printed('schema.invalid'),
    ),
    ...limitFaults(workspace, used),
  ]
}

/**
 * Compares the tables of the registry with those of a new one; other tables of the schema public are not examined. Without one of their columns
 * no workspace can be read.
 */
export async function registryTableFaults(
  registry: Inside,
): Promise<{ faults: Fault[]; isReadable: boolean }> {
  const drift = driftBetween(
    await expectedCatalogue(registry),
    await presentCatalogue(registry, { timeoutMs }),
  )
  const fix = 'an administrator puts it back as prisma/registry has it, or restores the table from a backup'
  const tables = new Set((await ourTables(registry)).map((name) => `${wayOf(registry).schema}.${name}`))
  const triggers = await disabledTriggers(registry)
  return {
    faults: [
      ...driftFaults({ ...drift, others: [] }, fix),
      ...idleFaults({ triggers: triggers.filter(({ table }) => tables.has(table)), indexes: [] }, fix),
    ],
    isReadable: !drift.missing.some(({ kind }) => kind === 'TABLE' || kind === 'COLUMN'),
  }
}

function driftFaults({ missing, changed, extra, others }: Drift, fix: string): Fault[] {
  return [
    ...missing.map((object) => driftFault('error', `${nameOf(object)} is missing`, fix)),
    ...changed.map(({ expected }) => driftFault('error', `${nameOf(expected)} is changed`, fix)),
    ...extra.map((object) => driftFault('warn', `${nameOf(object)} was added`, fix)),
    ...others.map((object) => driftFault('warn', `${nameOf(object)} is not part of cto`, fix)),
  ]
}

/** What is there and has no effect. */
function idleFaults(
  { triggers, indexes }: { triggers: readonly TablePart[]; indexes: readonly InvalidIndex[] },
  fix: string,
): Fault[] {
  return [
    ...triggers.map(({ table, name }) => driftFault('error', `TRIGGER ${table}.${name} is disabled`, fix)),
    ...indexes.map(({ index }) => driftFault('error', `INDEX ${index} is invalid`, fix)),
  ]
}

function disabledTriggers(inside: Inside): Promise<TablePart[]> {
  return readInBulk(inside, ({ db }) => findDisabledTriggers(db, wayOf(inside).schema))
}

function driftFault(severity: Fault['severity'], message: string, fix: string): Fault {
  return { area: 'drift', severity, message, fix, repair: null }
}
