import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { loggedImport, type LoggedImport } from '../load/logged-import.js'
import type { ProblemLog } from '../validate/problems.js'
import type { IngestCounts } from './ingest-counts.js'
import { IngestRun, type IngestOptions } from './ingest-run.js'

export interface Ingest extends IngestOptions {
  actor: Actor
  dryRun: boolean
}

export interface Ingested {
  importId: string | null
  counts: IngestCounts
  problems: ProblemLog
  unknownUsers: readonly string[]
  unknownProjects: readonly string[]
}

/** Stores the events of files of one format, in one transaction. The order of files and of lines makes no difference. */
export async function ingestSessions(database: Database, options: Ingest): Promise<Ingested> {
  const run = new IngestRun(options)
  const logged = logOf(options, run)
  const { importId } = await loggedImport(database, logged, async (tx, importing) => {
    const counts = await run.store(tx, importing)
    return {
      result: counts,
      end: {
        recordsImported: counts.counted + counts.raised,
        recordsFailed: counts.rejected,
        errors: run.problems.firstErrors,
        outcome: { hash: run.hash.digest('hex'), counts: { ...counts } },
      },
      action: 'import.sessions',
      audit: { type: 'sessions', format: options.format, ...counts },
    }
  })
  const { counts, problems, references } = run
  return {
    importId,
    counts,
    problems,
    unknownUsers: [...references.unknownUsers],
    unknownProjects: [...references.unknownProjects],
  }
}

function logOf({ format, files, actor, dryRun }: Ingest, run: IngestRun): LoggedImport {
  const [first] = files
  const file = files.length === 1 ? (first?.name ?? '') : `${first?.name ?? ''} and ${files.length - 1} more`
  const origin = { type: 'sessions', file, externalSource: format, preset: format, hash: '', mapping: {} }
  const failed = () => ({
    recordsFailed: run.counts.rejected,
    errors: run.problems.firstErrors,
    outcome: { counts: { ...run.counts } },
  })
  return { source: 'manual', origin, actor, dryRun, failed }
}
