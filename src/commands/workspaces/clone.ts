import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { requireDomain } from '../../domain/workspace.js'
import type { Context } from '../../context.js'
import type { NewWorkspace } from '../../data/workspaces/create-workspace.js'
import type { Database } from '../../engine/database.js'
import { openInputFile } from '../../files/input-file.js'
import { noWorkspace } from '../../settings/table.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { MadeWorkspace } from '../../admin/workspaces/restore-workspace.js'
import { restoredText } from '../../views/archive.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { homeFile } from '../home-file.js'
import { archiveWorkspace } from './archive-workspace.js'
import { addMaking, wantedOf, type MakingOptions } from './making.js'
import { changeRegistry, readRegistry, type OpenRegistry } from './with-registry.js'

interface CloneOptions extends MakingOptions {
  data: boolean
}

export const workspacesCloneCommand: CommandDefinition = {
  name: 'clone',
  description: 'Copy a workspace with all that it holds into a new one, or move the single schema into one',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3, 7],
  examples: [
    ['cto workspaces clone acme.com test.acme.com', 'numbers, history, imports and audit too'],
    ['cto workspaces clone none acme.com', 'from the tables outside of all workspaces'],
    ['cto workspaces clone acme.com new.org --no-data', 'its plan and limits alone'],
  ],
  parameters: (command) =>
    addMaking(
      command
        .argument('<workspace>', 'domain or id of a workspace; none for the tables outside of all')
        .argument('<domain>', 'what names the new one')
        .option('--no-data', 'copy its plan and limits, and no records'),
      { name: 'the domain', plan: 'that of the workspace that is copied' },
    ),
  run: clone,
}

async function clone(ctx: Context, from: string, to: string, options: CloneOptions): Promise<void> {
  const domain = requireDomain(to)
  const source = from === noWorkspace ? null : await sourceOf(ctx, from)
  const limits = source?.metadata.limits
  const wanted: NewWorkspace = {
    ...wantedOf(ctx, domain, { ...options, plan: options.plan ?? source?.subscriptionPlan ?? 'basic' }),
    ...(limits !== undefined && { limits }),
  }
  if (!options.data) {
    const empty = await changeRegistry(ctx, (registry) => create(ctx, registry, wanted))
    return ctx.out.one(workspaceView, empty)
  }
  const { workspace, tables } = await copy(ctx, source, wanted)
  await ctx.out.one(workspaceView, workspace)
  ctx.out.notice(restoredText('copied', tables))
}

function sourceOf(ctx: Context, named: string): Promise<Workspace> {
  return readRegistry(ctx, async ({ database, set }) => {
    const { getWorkspace } = await import('../../data/workspaces/registered.js')
    const { latestOf } = await import('../../data/workspaces/version.js')
    return database.read((db) => getWorkspace(db, latestOf(set), named))
  })
}

async function create(
  ctx: Context,
  { database, set }: OpenRegistry,
  wanted: NewWorkspace,
): Promise<Workspace> {
  const { writeInBulk } = await import('../../engine/bulk.js')
  const { createWorkspace } = await import('../../data/workspaces/create-workspace.js')
  return writeInBulk(database, (bulk) => createWorkspace(bulk, set, wanted), ctx.line.flags)
}

/** By an archive between the two, which is removed: one connection, as the embedded database has, cannot read and write at once. */
async function copy(ctx: Context, source: Workspace | null, wanted: NewWorkspace): Promise<MadeWorkspace> {
  const file = homeFile(ctx, `clone-${ctx.line.process.pid}.cto.tar`)
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await archiveSource(ctx, source, file)
    return await changeRegistry(ctx, async ({ database, set }) => {
      const { restoreWorkspace } = await import('../../admin/workspaces/restore-workspace.js')
      const { handle, chunks } = await openInputFile(file, { what: 'archive', name: file })
      try {
        const { dryRun } = ctx.line.flags
        const request = { chunks: chunks(), set, dryRun, isCopy: true, action: 'db.copy' as const }
        return await restoreWorkspace(database, () => wanted, request)
      } finally {
        await handle.close()
      }
    })
  } finally {
    await rm(file, { force: true })
  }
}

async function archiveSource(ctx: Context, source: Workspace | null, file: string): Promise<void> {
  const write = (tables: Pick<Database, 'tables'>) =>
    archiveWorkspace(ctx, { tables, workspace: source, keys: null, dryRun: false }, file)
  if (source === null) {
    await ctx.db.open('read', (database) => write(database), { outside: true })
    return
  }
  await readRegistry(ctx, async ({ database, set }) => {
    const { inWorkspace } = await import('../../engine/bulk.js')
    const { domain, schemaName: schema } = source
    await write(inWorkspace(database, { schema, domain, set }))
  })
}
