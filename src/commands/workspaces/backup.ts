import path from 'node:path'
import { CtoError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import type { Backup } from '../../shapes/archive.js'
import type { Workspace } from '../../shapes/workspace.js'
import { backupView } from '../../views/archive.js'
import { refuseFileName } from '../archive-target.js'
import { addEncryption, encryptionKeys, type EncryptionOptions } from '../archive-keys.js'
import type { CommandDefinition } from '../definition.js'
import { createNamedFolder, archiveFolderUse, homeFile } from '../home-file.js'
import { archiveWorkspace } from './archive-workspace.js'
import { addSelection, selected, type Selection } from './select.js'
import { changeRegistry } from './with-registry.js'

interface BackupOptions extends EncryptionOptions, Selection {
  to?: string
}

export const workspacesBackupCommand: CommandDefinition = {
  name: 'backup',
  description: 'Write an archive of each workspace; several are not of one moment',
  effect: 'writes',
  output: { list: backupView },
  exitCodes: [3, 5],
  examples: [
    ['cto workspaces backup acme.com', 'into the folder backups of CTO_HOME'],
    ['cto workspaces backup --all --to /mnt/backups --recipient age1…', 'one file for each, encrypted'],
  ],
  parameters: (command) =>
    addEncryption(addSelection(command).option('--to <folder>', 'default: the folder backups of CTO_HOME')),
  run: backup,
}

async function backup(ctx: Context, named: readonly string[], options: BackupOptions): Promise<void> {
  if (options.to === '-') {
    throw new UsageError('--to needs a folder: each workspace has an archive of its own', {
      hint: 'cto db backup - -w DOMAIN writes one to stdout',
    })
  }
  if (options.all && named.length > 0 && options.to === undefined) {
    throw new UsageError('workspaces are named beside --all', {
      hint: 'to name the folder: cto workspaces backup --all --to FOLDER',
    })
  }
  const { inArchiveFolder } = await import('../../admin/archive/archive-folder.js')
  const { inWorkspace } = await import('../../engine/bulk.js')
  const { recordAct } = await import('../../data/workspaces/registered.js')
  const keys = await encryptionKeys(ctx, options)
  const { dryRun } = ctx.line.flags
  const folder = options.to === undefined ? homeFile(ctx, 'backups') : path.resolve(ctx.line.cwd, options.to)
  if (options.to !== undefined) refuseFileName(ctx, options.to)
  const made: Backup[] = []
  const failed: string[] = []
  await changeRegistry(ctx, async (registry) => {
    const { database, set } = registry
    const archiveOne = async (workspace: Workspace) => {
      const { domain, schemaName: schema } = workspace
      const { archiveFileName } = await import('../../admin/archive/archive-name.js')
      const now = ctx.now()
      const name = archiveFileName({
        name: domain,
        createdAt: now,
        partial: false,
        encrypted: keys !== null,
      })
      const tables = inWorkspace(database, { schema, domain, set })
      const archive = await archiveWorkspace(
        ctx,
        { tables, workspace, keys, dryRun },
        path.join(folder, name),
      )
      const act = { workspace, action: 'workspace.backup', details: { id: archive.id, bytes: archive.bytes } }
      await database.write((tx) => recordAct(tx, { ...act, userAgent: `cto/${ctx.line.version}`, now }), {
        dryRun,
      })
      made.push(archive)
    }
    const chosen = await selected(registry, named, options)
    if (options.to !== undefined) await createNamedFolder(ctx, folder)
    await inArchiveFolder(folder, archiveFolderUse(ctx), async () => {
      for (const workspace of chosen) {
        try {
          await archiveOne(workspace)
        } catch (error) {
          if (!(error instanceof CtoError) || chosen.length === 1) throw error
          failed.push(`${workspace.domain}: ${error.message}`)
        }
      }
    })
  })
  await ctx.out.page(backupView, { data: made, total: made.length })
  for (const each of failed) ctx.out.caution(`not archived: ${each}`)
  if (failed.length > 0) ctx.out.setExitCode(5)
}
