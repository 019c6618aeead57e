import type { EncryptionKeys } from '../../admin/archive/age.js'
import type { Context } from '../../context.js'
import type { Database } from '../../engine/database.js'
import type { ArchivedWorkspace, Backup } from '../../shapes/archive.js'
import { noWorkspace } from '../../settings/table.js'
import type { Workspace } from '../../shapes/workspace.js'

/** Where the tables are, and as what they are archived. */
interface ArchiveWorkspace {
  /** In the workspace, or outside of all. */
  tables: Pick<Database, 'tables'>
  /** Null: the tables are outside of all. */
  workspace: Workspace | null
  keys: EncryptionKeys | null
  /** Read everything, and write nothing. */
  dryRun: boolean
}

/** Writes the archive of one workspace to a file. */
export async function archiveWorkspace(
  ctx: Context,
  { tables, workspace, keys, dryRun }: ArchiveWorkspace,
  file: string,
): Promise<Backup> {
  const { encrypt } = await import('../../admin/archive/age.js')
  const { backUp } = await import('../../admin/archive/back-up.js')
  const { writeArchiveFile } = await import('../../admin/archive/archive-file.js')
  const { rowsIn } = await import('../../admin/archive/archive-folder.js')
  const name = workspace?.domain ?? noWorkspace
  const request = {
    name,
    workspace: workspace === null ? undefined : registrationOf(workspace),
    exclude: [],
    tool: `cto/${ctx.line.version}`,
    now: ctx.now(),
  }
  let bytes = 0
  const manifest = await backUp(tables, request, async (chunks) => {
    const written = keys ? encrypt(chunks, keys) : chunks
    bytes = await (dryRun ? sizeOf(written) : writeArchiveFile(file, written))
  })
  return {
    file,
    name,
    id: manifest.id,
    createdAt: new Date(manifest.createdAt),
    bytes,
    rows: rowsIn(manifest),
    encrypted: keys !== null,
    partial: false,
    verifiedAt: null,
    reason: null,
  }
}

/** What a restore registers again: not the state of its migrations and of a suspension. */
function registrationOf({ domain, name, subscriptionPlan: plan, metadata }: Workspace): ArchivedWorkspace {
  const { limits, migration: _, suspended: __, ...own } = metadata
  return { domain, name, plan, ...(limits && { limits }), metadata: own }
}

async function sizeOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const { length } of chunks) size += length
  return size
}
