import type { Context, DatabaseHandle } from '../context.js'
import type { Database } from '../engine/database.js'
import { visible } from '../output/visible.js'
import type { HandleInput } from './handle-input.js'

interface HandleOptions {
  startedAt: Date
  context(): Context
}

export function createDatabaseHandle(
  { host, options, settings, keepSecret }: HandleInput,
  { startedAt, context }: HandleOptions,
): DatabaseHandle {
  let isAnnounced = false
  const logSlowQuery = (sql: string, durationMs: number) => {
    const { limits } = handle.settings()
    if (durationMs >= limits.slowQueryMs) context().out.detail(`slow query, ${durationMs} ms: ${sql}`)
  }
  const handle: DatabaseHandle = {
    read: (work) => handle.open('read', (database) => database.read(work)),
    write: (work) => handle.open('write', (database) => database.write(work, { dryRun: options().dryRun })),
    open: async (need, work, open) => {
      const { openDatabase } = await import('../engine/open.js')
      if (need === 'write') handle.requireWritable(open)
      const database: Database = await openDatabase(handle.settings(open), need)
      try {
        if (need === 'write') handle.announceTarget(database.target)
        return await work(database)
      } finally {
        await database.close()
      }
    },
    settings: (open) => {
      const found = settings().database({
        ...open,
        onQuery: options().verbose ? logSlowQuery : undefined,
        onWait: ({ pid, command }) => {
          context().out.notice(`waiting for process ${pid} (${command}), which holds the embedded database`)
        },
      })
      if (found.at.engine === 'postgresql') keepSecret(found.at.server.password ?? '')
      return found
    },
    requireWritable: (open) => {
      settings().requireWritable(open)
    },
    announceTarget: (target) => {
      if (!isAnnounced) host.stderr.write(`target: ${visible(target)}\n`)
      isAnnounced = true
    },
    actor: async (db) => {
      const { actingUser } = await import('./acting-user.js')
      const userId = await actingUser(db, { as: options().as, cwd: host.cwd })
      return { userId, userAgent: `cto/${host.version}`, now: startedAt }
    },
  }
  return handle
}
