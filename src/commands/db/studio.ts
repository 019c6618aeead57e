import { integerBetween } from '../../flags/options.js'
import type { Context } from '../../context.js'
import { UsageError } from '../../errors.js'
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
