import { requireDomain } from '../../domain/workspace.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import type { NewWorkspace } from '../../data/workspaces/create-workspace.js'
import type { ArchivedWorkspace } from '../../shapes/archive.js'
import { restoredText } from '../../views/archive.js'
import { workspaceView } from '../../views/workspace.js'
import { addDecryption, decryptionKeys, type DecryptionOptions } from '../archive-keys.js'
import type { CommandDefinition } from '../definition.js'
import { withArchive } from '../with-archive.js'
import { addMaking, wantedOf, type MakingOptions } from './making.js'
import { changeRegistry } from './with-registry.js'

type RestoreOptions = DecryptionOptions & MakingOptions & { as?: string }

export const workspacesRestoreCommand: CommandDefinition = {
  name: 'restore',
  description: 'Make a workspace of an archive, of this server or another one',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3, 7],
  examples: [
    ['cto workspaces restore acme.com-20260302T090000Z.cto.tar --as acme.com', 'one that was deleted'],
    [
      'cto workspaces restore acme.com-20260302T090000Z.cto.tar --as march.acme.com',
      'an old state beside it',
    ],
  ],
  parameters: (command) =>
    addDecryption(
      addMaking(
        command
          .argument('<file>', 'an archive of cto workspaces backup or cto db backup; - for standard input')
          .argument('[domain]', 'what names it, which no workspace has yet')
          .option('--as <domain>', 'the same; here it names no acting user'),
        { name: 'that of the archive, else the domain', plan: 'that of the archive, else basic' },
      ),
    ),
  run: restore,
}

async function restore(
  ctx: Context,
  file: string,
  domain: string | undefined,
  options: RestoreOptions,
): Promise<void> {
  const to = requireDomain(domain ?? options.as ?? refuseNameless())
  const { restoreWorkspace } = await import('../../admin/workspaces/restore-workspace.js')
  const keys = await decryptionKeys(ctx, options)
  const progress = ctx.out.progress('restoring rows')
  const { workspace, tables } = await withArchive(ctx, { name: file, keys }, (chunks) =>
    changeRegistry(ctx, ({ database, set }) =>
      restoreWorkspace(database, (archived) => registrationOf(ctx, to, { archived, options }), {
        chunks,
        set,
        dryRun: ctx.line.flags.dryRun,
        action: 'db.restore',
        onProgress: (count) => {
          progress.update({ count })
        },
      }),
    ),
  ).finally(() => {
    progress.end()
  })
  await ctx.out.one(workspaceView, workspace)
  ctx.out.notice(restoredText('restored', tables))
}

/** What the line does not say is as in the archive. A name that was the domain follows the new one. */
function registrationOf(
  ctx: Context,
  domain: string,
  { archived, options }: { archived: ArchivedWorkspace | undefined; options: MakingOptions },
): NewWorkspace {
  if (archived === undefined) return wantedOf(ctx, domain, options)
  const { plan, limits, metadata } = archived
  const name = archived.name === archived.domain ? domain : archived.name
  const wanted = wantedOf(ctx, domain, { name, plan, ...options })
  return { ...wanted, metadata: { ...metadata, ...options.metadata }, ...(limits && { limits }) }
}

/** @throws UsageError */
function refuseNameless(): never {
  throw new UsageError('the workspace has no name', { hint: 'add --as DOMAIN' })
}
