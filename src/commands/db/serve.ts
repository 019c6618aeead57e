import type { Serving } from '../../shapes/database.js'
import { CtoError, Stopped, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { integerBetween } from '../../flags/options.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'
import { workerFile } from './served.js'

interface ServeOptions {
  idleTimeout?: number
}

const mostSeconds = 2_000_000

export const dbServeCommand: CommandDefinition = {
  name: 'serve',
  description: 'Serve the embedded database to psql and to other commands at once, on a Unix socket',
  effect: 'writes',
  output: { document: 'serving' },
  exitCodes: [7],
  examples: [
    ['cto db serve', 'until Ctrl-C; prints how to connect'],
    ['cto db serve --idle-timeout 600', 'ends ten minutes after the last client left'],
  ],
  parameters: (command) =>
    command
      .option(
        '--idle-timeout <seconds>',
        'end after this long without a client',
        integerBetween(1, mostSeconds),
      )
      .addHelpText(
        'after',
        proseHelp(
          '\nOther commands connect to it by themselves, instead of waiting for the lock. Clients share one engine as through a\n' +
            'transaction pooler: one that keeps a transaction open for 5 s while others wait is ended. LISTEN, temporary tables\n' +
            'and session locks last until another client has its turn.',
        ),
      ),
  run: serve,
}

async function serve(ctx: Context, { idleTimeout }: ServeOptions): Promise<void> {
  const { dryRun } = ctx.line.flags
  if (dryRun) throw new UsageError('a server has no dry run')
  ctx.db.requireWritable()
  const { at, ...settings } = ctx.db.settings()
  if (at.engine === 'postgresql') {
    throw new UsageError('only the embedded database is served; this one has a server', {
      hint: 'unset DATABASE_URL, or name a profile of the embedded database',
    })
  }
  const { serve: serveDatabase } = await import('../../admin/serve.js')
  const { signal, env } = ctx.line
  await serveDatabase(
    {
      ...settings,
      at,
      signal,
      worker: workerFile(ctx),
      runtimeFolder: env['XDG_RUNTIME_DIR'],
      idleTimeoutMs: idleTimeout === undefined ? undefined : idleTimeout * 1000,
    },
    (serving: Serving) => {
      ctx.out.notice('serving the embedded database; Ctrl-C stops it')
      return ctx.out.document({ data: serving, text: () => `${serving.psql}\n` })
    },
  )
  if (signal.aborted) throw new Stopped(isTermination(signal.reason) ? 'TERMINATED' : 'INTERRUPTED')
}

function isTermination(reason: unknown): boolean {
  return reason instanceof CtoError && reason.code === 'TERMINATED'
}
