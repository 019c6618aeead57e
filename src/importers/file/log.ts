import type { Actor, NewAuditEntry } from '../../data/audit/audit.js'
import type { EndImport } from '../../data/imports/imports.js'
import type { Effects } from '../load/effects.js'
import type { LoggedImport } from '../load/logged-import.js'
import type { ImportCounts } from '../load/tally.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import type { ImportType } from '../../domain/kinds.js'
import type { SlaStart } from '../../domain/sla.js'
import type { ImportRun } from './run.js'

/* The records of an import of a file: its row in import_logs, and one audit row. */

interface Logging<By> {
  mapping: MappingFlags
  actor: By
  dryRun: boolean
  slaFrom?: SlaStart | undefined
}

/** How the log describes the import of a file. */
export function logOf<By extends Pick<Actor, 'now'>>(
  { plan, tally }: ImportRun<ImportType>,
  { mapping, actor, dryRun, slaFrom }: Logging<By>,
): LoggedImport<By> {
  const { type, source, externalSource, preset, survey, localZone } = plan
  return {
    source: 'csv',
    origin: {
      ...{ type, file: source.name, externalSource, preset: preset.name, hash: survey.sha256, mapping },
      ...(slaFrom !== undefined && { slaFrom }),
      ...(localZone !== null && { zone: localZone }),
    },
    actor,
    dryRun,
    failed: () => {
      const { records, rejected, skipped, duplicates, problems } = tally
      return {
        recordsFailed: rejected,
        errors: problems.firstErrors,
        outcome: { counts: { records, rejected, skipped, duplicates } },
      }
    },
  }
}

/** The log entry of a successful import. */
export function resultOf(
  { tally, conflicts }: ImportRun<ImportType>,
  { counts, effects }: { counts: ImportCounts; effects: Effects },
): Omit<EndImport, 'id' | 'state'> {
  const { values, absent, resolvedAtDropped, resolvedWithoutDate, createdWithoutDate, strangers } = tally
  const { peopleCreated, projectsCreated, leftOut, overwrittenFields, overwritten, keptFields, kept } =
    effects
  const { renamed, released } = effects
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
      createdWithoutDate,
      strangers,
      conflicts: Object.fromEntries(conflicts),
      peopleCreated,
      projectsCreated,
      leftOut,
      overwrittenFields,
      overwritten,
      keptFields,
      kept,
      renamed,
      released,
    },
  }
}

/** The details of the audit row, with the replaced values that undo restores. */
export function auditOf(
  { plan }: ImportRun<ImportType>,
  { counts, effects }: { counts: ImportCounts; effects: Effects },
): NewAuditEntry['details'] {
  const { peopleCreated, projectsCreated, images } = effects
  return {
    type: plan.type,
    externalSource: plan.externalSource,
    ...counts,
    peopleCreated,
    projectsCreated,
    ...images.take(),
  }
}
