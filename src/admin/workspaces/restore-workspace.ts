import { createWorkspace, type NewWorkspace } from '../../data/workspaces/create-workspace.js'
import { writeInBulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import type { ArchivedWorkspace, RestoredTable } from '../../shapes/archive.js'
import type { Workspace } from '../../shapes/workspace.js'
import { openArchive } from '../archive/read.js'
import { restoreIn, type RestoreRequest } from '../archive/restore.js'

interface RestoreWorkspace extends Pick<RestoreRequest, 'dryRun' | 'action' | 'isCopy' | 'onProgress'> {
  /** The bytes of an archive. */
  chunks: AsyncIterable<Uint8Array>
  /** The tables of an organisation. */
  set: MigrationSet
}

export interface MadeWorkspace {
  workspace: Workspace
  /** What it holds. */
  tables: readonly RestoredTable[]
}

/**
 * Makes a workspace that holds what an archive holds, in one transaction: all of it, or nothing. Its rows are compared with the
 * sums of the archive before anything is stored.
 *
 * @param wantedOf gets how the workspace was registered; undefined where the archive does not hold it
 * @throws CtoError CONFLICT where the domain is taken; NOT_PERMITTED; DamagedArchive
 */
export async function restoreWorkspace(
  database: Pick<Database, 'tables'>,
  wantedOf: (archived: ArchivedWorkspace | undefined) => NewWorkspace,
  { chunks, set, ...request }: RestoreWorkspace,
): Promise<MadeWorkspace> {
  const { header, parts } = await openArchive(chunks)
  const wanted = wantedOf(header.workspace)
  const { userAgent, now } = wanted
  let tables: RestoredTable[] = []
  const workspace = await writeInBulk(
    database,
    (bulk) =>
      createWorkspace(bulk, set, wanted, async (inside) => {
        const actor = { userId: null, userAgent, now, clock: () => now }
        const actorIn = () => Promise.resolve(actor)
        const restoring = { ...request, parts, replace: false, saveFirst: null, actorIn }
        ;({ tables } = await restoreIn(inside, restoring))
      }),
    request,
  )
  return { workspace, tables }
}
