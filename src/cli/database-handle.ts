import type { Context, DatabaseHandle } from '../context.js'
import { startMeter, type Meter } from '../engine/meter.js'
import { countersText } from '../output/counters-text.js'
import type { Db } from '../engine/client.js'
import type { Database } from '../engine/database.js'
import type { DatabaseSettings } from '../engine/open.js'
import { confirmedWorkspacesFile, ownWritesFolder } from '../settings/files.js'
import { visible } from '../output/visible.js'
import type { KeyUser } from './api-key.js'
import type { HandleInput } from './handle-input.js'
import { appendToSlowLog, type SlowQuery } from './slow-log.js'

interface HandleOptions {
  /** Moves the command's own time forward, to the present moment. */
  clock(): Date
  context(): Context
}

export function createDatabaseHandle(
  { host, options, settings, readsOnly, doing, keepSecret, atEnd }: HandleInput,
  { clock, context }: HandleOptions,
): DatabaseHandle {
  let isAnnounced = false
  let isLogLost = false
  let isUnknownNoted = false
  /** From where the command has read so far: a standby that was left is not tried again. */
  let reading: 'replica' | 'primary' | null = null
  let meter: Meter | undefined
  /** Undefined: not looked at yet; null: no key is presented. */
  let key: KeyUser | null | undefined
  /** On stderr, once per command; with `--quiet` only where `--yes` skips the question or a protected profile is written. */
  const announceTarget = (target: string) => {
    const { quiet, yes, write } = options()
    if (!isAnnounced && (!quiet || yes || write)) host.stderr.write(`target: ${visible(target)}\n`)
    isAnnounced = true
  }
  const handle: DatabaseHandle = {
    read: (work) => handle.open('read', (database) => database.read(work)),
    write: (work) => handle.open('write', (database) => database.write(work, { dryRun: options().dryRun })),
    open: async (need, work, chosen = {}) => {
      const { direct, open, standbyOf, targetOf } = await import('../engine/open.js')
      const { changesTables = false } = chosen
      const found = handle.settings(chosen)
      if (need === 'write' || changesTables) {
        handle.requireWritable(chosen)
        await confirmWorkspace(found)
      }
      const way = chosen.standby ? standbyOf(found) : changesTables || chosen.direct ? direct(found) : found
      if (need === 'inspect') announceTarget(targetOf(way))
      const replica = 'server' in found.at ? found.at.server.replica : null
      const database = await (replica &&
      need === 'read' &&
      readsOnly() &&
      !options().primary &&
      reading !== 'primary'
        ? openReplica(found)
        : open(way, need))
      try {
        if (need === 'write') announceTarget(database.target)
        if (need !== 'inspect') await requireKey(database)
        return await work(database)
      } finally {
        const mayWrite = need !== 'read' && !readsOnly() && !chosen.standby && !options().dryRun
        if (replica && mayWrite) await noteWrites(database)
        await database.close()
      }
    },
    settings: (open) => {
      const found = settings().databaseSettings(open, {
        meter: (meter ??= startedMeter()),
        onWait: ({ pid, command }) => {
          context().out.notice(`waiting for process ${pid} (${command}), which holds the embedded database`)
        },
      })
      if ('server' in found.at) {
        const { password, replica } = found.at.server
        keepSecret(password ?? '', replica?.server.password ?? '')
      }
      return found
    },
    requireWritable: (open) => {
      settings().requireWritable(open)
    },
    actor: async (db, { mustBeKnown = false } = {}) => {
      const userId = key ? key.userId : await actingUserId(db, mustBeKnown)
      const { getDatabaseLogin } = await import('../data/audit/audit.js')
      const isOnServer = handle.settings().at.engine === 'postgresql'
      const dbLogin = isOnServer ? await getDatabaseLogin(db) : undefined
      return { userId, dbLogin, apiKey: key?.prefix, userAgent: `cto/${host.version}`, now: clock(), clock }
    },
  }
  return handle

  /** Where the command may act as no user, a notice, once per command, tells that the configured one is unknown. */
  async function actingUserId(db: Db, mustBeKnown: boolean): Promise<string | null> {
    const { actsWithoutUser, findActingUser, sourceOf } = await import('./acting-user.js')
    const { values, origins } = settings()
    const given = { name: values.user, origin: origins.user, cwd: host.cwd }
    const { userId, refusal } = await findActingUser(db, given)
    if (refusal === null) return userId
    if (mustBeKnown || !actsWithoutUser(doing())) throw refusal
    if (!isUnknownNoted)
      context().out.notice(`acting as no user: ${refusal.message} (${sourceOf(given.origin)})`)
    isUnknownNoted = true
    return null
  }

  /** Once per command: the key of `CTO_API_KEY`, where one is presented, must allow it. */
  async function requireKey({ read }: Pick<Database, 'read'>): Promise<void> {
    if (key !== undefined) return
    const { env } = settings()
    if (!env['CTO_API_KEY'] && !env['CTO_API_KEY_FILE']) {
      key = null
      return
    }
    const { keyUser, presentedKey } = await import('./api-key.js')
    const text = presentedKey(env, host.cwd)
    if (text !== null) keepSecret(text)
    key = text === null ? null : await read((db) => keyUser(db, { text, doing: doing(), now: clock() }))
  }

  async function openReplica(found: DatabaseSettings): Promise<Database> {
    const { openForReading } = await import('../engine/replica/open-for-reading.js')
    return openForReading(found, {
      folder: ownWritesFolder(settings().env),
      onReplica: (lagMs) => {
        if (reading === null) context().out.notice(`(replica, ${(lagMs / 1000).toFixed(1)} s behind)`)
        reading = 'replica'
      },
      onPrimary: (reason) => {
        context().out.notice(`reading from the primary: ${reason}`)
        reading = 'primary'
      },
    })
  }

  /** What was written is stored: that it cannot be noted is no failure. */
  async function noteWrites(database: Database): Promise<void> {
    const { noteOwnWrites } = await import('../engine/replica/own-writes.js')
    await noteOwnWrites(database, ownWritesFolder(settings().env)).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      context().out.caution(`reads from the standby may not show this yet: ${reason}`)
    })
  }

  /** Where a `.cto.json` names the workspace, and nothing else. */
  async function confirmWorkspace({ workspace }: DatabaseSettings): Promise<void> {
    const { origins, env } = settings()
    const { from, name } = origins.workspace
    if (workspace === null || from !== 'project' || name === null) return
    const { confirmWorkspace: confirm } = await import('./confirm-workspace.js')
    const { yes, dryRun } = options()
    const isAnswered = !yes && !dryRun
    await confirm(
      { workspace, file: name },
      { confirmed: confirmedWorkspacesFile(env), ask: context().ask, isAnswered },
    )
  }

  /** One for all databases that the command opens. */
  function startedMeter(): Meter {
    const { slowQueryMs, slowLog } = settings().values
    const started = startMeter({
      slowQueryMs,
      onSlowQuery: (sql, durationMs) => {
        context().out.detail(`slow query, ${durationMs} ms: ${sql}`)
        if (slowLog !== null) logSlowQuery(slowLog, { sql, durationMs })
      },
    })
    atEnd(() => {
      context().out.detail(countersText(started.counters()))
    })
    return started
  }

  /** A log that cannot be written fails no command. */
  function logSlowQuery(file: string, query: Pick<SlowQuery, 'sql' | 'durationMs'>): void {
    const { command, pid } = host.process
    try {
      appendToSlowLog(file, { at: host.now(), command, pid, ...query })
    } catch (error) {
      if (!isLogLost) context().out.caution(`the slow log cannot be written: ${(error as Error).message}`)
      isLogLost = true
    }
  }
}
