import { integerBetween } from '../../flags/options.js'
import type { Context } from '../../context.js'
import type { DatabaseSettings } from '../../engine/open.js'
import { CtoError, UsageError } from '../../errors.js'
import type { CommandDefinition } from '../definition.js'
import { workerFile } from './served.js'

interface StudioOptions {
  port?: number
  browser?: string
}

export const dbStudioCommand: CommandDefinition = {
  name: 'studio',
  description: 'Look at the tables and edit them in Prisma Studio, which must be installed',
  effect: 'writes',
  output: {},
  examples: [
    ['cto db studio', 'in the browser, until Ctrl-C'],
    ['cto db studio --port 5600 --browser none', 'only print the address'],
  ],
  parameters: (command) =>
    command
      .option('--port <n>', 'the port of its page', integerBetween(1, 65_535))
      .option('--browser <program>', 'the browser to start; none starts none'),
  run: startStudio,
}

async function startStudio(ctx: Context, { port, browser }: StudioOptions): Promise<void> {
  const { flags, env, cwd, signal } = ctx.line
  if (flags.dryRun) throw new UsageError('the studio has no dry run')
  ctx.db.requireWritable()
  const { findPrisma, openStudio } = await import('../../admin/studio.js')
  const { targetOf } = await import('../../engine/open.js')
  const settings = ctx.db.settings()
  requireNoWorkspace(settings)
  const prisma = await findPrisma(cwd, env)
  ctx.out.caution(`target: ${targetOf(settings)}`)
  ctx.out.caution(
    'Prisma Studio writes past the rules, the history and the audit log of cto, and reports its use to Prisma',
  )
  await openStudio(
    { ...settings, signal, worker: workerFile(ctx), runtimeFolder: env['XDG_RUNTIME_DIR'] },
    { prisma, env, port, browser },
  )
}

/** The studio works as the login that the URL names, which in a workspace would reach all of them. */
function requireNoWorkspace({ workspace }: DatabaseSettings): void {
  if (workspace === null) return
  throw new CtoError('NOT_PERMITTED', 'the studio does not keep to one workspace', {
    reason: `it would work as this login, not as that of ${workspace}`,
    hint: `use the URL that cto workspaces login ${workspace} prints, and --workspace none`,
  })
}
