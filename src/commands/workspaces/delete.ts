import type { Context } from '../../context.js'
import type { Changing } from '../../data/workspaces/change-workspace.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import type { DeletedWorkspace, Workspace } from '../../shapes/workspace.js'
import { deletedWorkspaceView } from '../../views/workspace.js'
import { deletedWord } from '../deleted-word.js'
import type { CommandDefinition } from '../definition.js'
import { inBackups } from '../in-backups.js'
import { archiveWorkspace } from './archive-workspace.js'
import { changeRegistry, type OpenRegistry } from './with-registry.js'

interface DeleteOptions {
  confirm?: string
  backup: boolean
}

export const workspacesDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a suspended workspace with all that it holds, after an archive of it',
  effect: 'destroys',
  output: { record: deletedWorkspaceView },
  exitCodes: [3, 7],
  examples: [
    ['cto workspaces delete acme.com', 'asks for the domain'],
    ['cto workspaces delete acme.com --confirm acme.com', 'for a script'],
  ],
  parameters: (command) =>
    command
      .argument('<workspace>', 'its domain or id')
      .option('--confirm <domain>', 'its domain; --yes is not enough')
      .option('--no-backup', 'write no archive into the folder backups of CTO_HOME first'),
  run: remove,
}

async function remove(ctx: Context, named: string, { confirm, backup }: DeleteOptions): Promise<void> {
  const { dryRun } = ctx.line.flags
  const deleted: DeletedWorkspace = await changeRegistry(ctx, async (registry) => {
    const { writeInBulk } = await import('../../engine/bulk.js')
    const { deleteWorkspace, requireSuspended } = await import('../../data/workspaces/delete-workspace.js')
    const { getWorkspace } = await import('../../data/workspaces/registered.js')
    const { latestOf } = await import('../../data/workspaces/version.js')
    const { database, set } = registry
    const workspace = await database.read((db) => getWorkspace(db, latestOf(set), named))
    requireSuspended(workspace)
    if (!dryRun) {
      const question = `delete the workspace ${workspace.domain} with everything in it?`
      await ctx.ask.confirmName(question, workspace.domain, confirm)
    }
    const archive = backup && !dryRun ? await backUp(ctx, registry, workspace) : null
    const changing: Changing = {
      named: workspace.id,
      set,
      userAgent: `cto/${ctx.line.version}`,
      now: ctx.now(),
      dryRun,
    }
    const gone = await writeInBulk(database, (bulk) => deleteWorkspace(bulk, changing, archive), { dryRun })
    return { ...gone, archive }
  })
  sayHowRestored(ctx, deleted, backup)
  await ctx.out.one(deletedWorkspaceView, deleted)
}

function sayHowRestored(ctx: Context, { domain, archive }: DeletedWorkspace, backup: boolean): void {
  const after = backup ? '' : ', without an archive'
  ctx.out.notice(`${deletedWord(ctx)} the workspace ${domain} with everything in it${after}`)
  if (archive !== null)
    ctx.out.notice(`restore it: cto workspaces restore ${shellQuoted(archive)} --as ${domain}`)
}

/** Returns the file. */
async function backUp(ctx: Context, { database, set }: OpenRegistry, workspace: Workspace): Promise<string> {
  const { inWorkspace } = await import('../../engine/bulk.js')
  const { domain, schemaName: schema } = workspace
  const tables = inWorkspace(database, { schema, domain, set })
  const file = await inBackups(ctx, { name: domain, encrypted: false }, (to) =>
    archiveWorkspace(ctx, { tables, workspace, keys: null, dryRun: false }, to),
  )
  ctx.out.notice(`backed up to ${file}`)
  return file
}
