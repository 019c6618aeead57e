import { randomUUID } from 'node:crypto'
import type { AuditEntry } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { beginImport, endImport, type BeginImport, type EndImport } from '../../data/imports/imports.js'
import type { ImportType } from '../map/columns.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { ImportRun } from '../csv/run.js'
import type { ImportCounts } from '../csv/tally.js'
import type { Effects } from './effects.js'

/* What remains of an import: its row in import_logs, and the one audit row. */

/** What is known before the first record. */
export function originOf<Type extends ImportType>(
  { plan }: ImportRun<Type>,
  mapping: MappingFlags,
): BeginImport['origin'] {
  const { type, source, externalSource, preset, survey } = plan
  return { type, file: source.name, externalSource, preset: preset.name, hash: survey.sha256, mapping }
}

/** What is known at the end. */
export function resultOf<Type extends ImportType>(
  { tally, conflicts }: ImportRun<Type>,
  { counts, effects }: { counts: ImportCounts; effects: Effects },
): Omit<EndImport, 'id' | 'state'> {
  const { values, absent, resolvedAtDropped, resolvedWithoutDate, strangers } = tally
  const { peopleCreated, projectsCreated, leftOut, overwrittenFields, overwritten, keptFields, kept } =
    effects
  return {
    recordsImported: counts.created + counts.updated,
    recordsFailed: counts.rejected,
    errors: tally.problems.firstErrors,
    outcome: {
      counts: { ...counts },
      values,
      absent,
      resolvedAtDropped,
      resolvedWithoutDate,
      strangers,
      conflicts: Object.fromEntries(conflicts),
      peopleCreated,
      projectsCreated,
      leftOut,
      overwrittenFields,
      overwritten,
      keptFields,
      kept,
    },
  }
}

/**
 * Keeps in mind that nothing was kept. Where that cannot be stored either, the row goes on saying that the import runs,
 * and whoever reads it finds that it does not.
 */
export async function recordFailure(database: Database, failed: FailedRun): Promise<void> {
  await database.write((tx) => endImport(tx, failedEnd(failed))).catch(() => {})
}

/** Leaves word of an import that was refused before it had anything to write. */
export async function recordRefusal(
  database: Database,
  run: ImportRun<ImportType>,
  { mapping, error, now }: { mapping: MappingFlags; error: unknown; now: Date },
): Promise<void> {
  const id = randomUUID()
  await database.write(async (tx) => {
    await beginImport(tx, { id, source: 'csv', origin: originOf(run, mapping), now })
    await endImport(tx, failedEnd({ id, run, error }))
  })
}

interface FailedRun {
  id: string
  run: ImportRun<ImportType>
  error: unknown
}

function failedEnd({ id, run, error }: FailedRun): EndImport {
  const { records, rejected, skipped, duplicates, problems } = run.tally
  return {
    id,
    state: 'failed',
    recordsImported: 0,
    recordsFailed: rejected,
    errors: problems.firstErrors,
    outcome: {
      counts: { records, rejected, skipped, duplicates },
      failure: error instanceof Error ? error.message : String(error),
    },
  }
}

/** With what was replaced, so that the import can be undone. */
export function auditOf<Type extends ImportType>(
  id: string,
  { plan }: ImportRun<Type>,
  { counts, effects }: { counts: ImportCounts; effects: Effects },
): AuditEntry {
  const { peopleCreated, projectsCreated, images } = effects
  const details = {
    type: plan.type,
    externalSource: plan.externalSource,
    ...counts,
    peopleCreated,
    projectsCreated,
    ...images.take(),
  }
  return {
    action: 'import.csv',
    entityType: 'import',
    entityId: id,
    details,
  }
}

/** Where an import replaces more than one row of the audit log can hold. */
export function auditOfImages(id: string, { images }: Effects): AuditEntry {
  return { action: 'import.before', entityType: 'import', entityId: id, details: { ...images.take() } }
}
