import type { Database } from '../engine/database.js'
import type { Context, GlobalFlags } from '../context.js'
import { toJsonLine } from '../output/json.js'
import { visible, visibleLines } from '../output/visible.js'
import { toTerminal } from './format.js'
import type { Host } from './host.js'
import type { ProgramOptions } from './global-options.js'
import { startProgress } from './progress.js'
import { createPrompts } from './prompts.js'
import type { Settings } from './settings.js'

/** What the run leaves behind for `main`. */
export interface Outcome {
  exitCode: number
}

interface ContextInput {
  host: Host
  /** The flags, once the line has been parsed. */
  options(): ProgramOptions
  settings(): Settings
  outcome: Outcome
  /** What must not be seen on stderr, whoever says it. */
  keepSecret(secret: string): void
}

/**
 * The context of one command. The flags are known only when the line has been parsed, which happens after commands
 * were given their context: everything that depends on them is asked for late.
 */
export function createContext({ host, options, settings, outcome, keepSecret }: ContextInput): Context {
  const startedAt = host.now()
  const prompts = createPrompts(host, settings)
  let targetSaid = false
  const printing = () => {
    const { env, zone, format } = settings()
    return { host, flags: options(), now: startedAt, env, zone, format }
  }
  const logSlowQuery = (sql: string, durationMs: number) => {
    const { limits } = ctx.databaseSettings()
    if (durationMs >= limits.slowQueryMs) ctx.detail(`slow query, ${durationMs} ms: ${sql}`)
  }

  const ctx: Context = {
    version: host.version,
    signal: host.signal,
    packageRoot: host.packageRoot,
    cwd: host.cwd,
    stdin: host.stdin,
    get env() {
      return settings().env
    },
    get settings() {
      return settings()
    },
    get zone() {
      return settings().zone
    },
    get flags(): GlobalFlags {
      const { fields, dryRun, yes, quiet, verbose } = options()
      return {
        format: settings().format,
        fields,
        dryRun: dryRun ?? false,
        yes: yes ?? false,
        quiet: quiet ?? false,
        verbose: verbose ?? false,
      }
    },
    now: () => startedAt,

    read: (work) => ctx.withDatabase('read', (database) => database.read(work)),
    write: (work) =>
      ctx.withDatabase('write', (database) => database.write(work, { dryRun: options().dryRun })),
    withDatabase: async (need, work, open) => {
      const { openDatabase } = await import('../engine/open.js')
      if (need === 'write') ctx.requireWritable(open)
      const database: Database = await openDatabase(ctx.databaseSettings(open), need)
      try {
        if (need === 'write') ctx.sayTarget(database.target)
        return await work(database)
      } finally {
        await database.close()
      }
    },
    databaseSettings: (open) => {
      const found = settings().database({
        ...open,
        onQuery: options().verbose ? logSlowQuery : undefined,
        onWait: ({ pid, command }) => {
          ctx.notice(`waiting for process ${pid} (${command}), which holds the embedded database`)
        },
      })
      if (found.at.engine === 'postgresql') keepSecret(found.at.server.password ?? '')
      return found
    },
    requireWritable: (open) => {
      settings().requireWritable(open)
    },
    sayTarget: (target) => {
      if (!targetSaid) host.stderr.write(`target: ${visible(target)}\n`)
      targetSaid = true
    },
    actor: async (db) => {
      const { actingUser } = await import('./acting-user.js')
      const userId = await actingUser(db, { as: options().as, cwd: host.cwd })
      return { userId, userAgent: `cto/${host.version}`, now: startedAt }
    },

    requireFields: async (noun) => {
      const { chooseFields } = await import('../output/field.js')
      chooseFields(noun, options().fields ?? [])
    },
    printList: async (noun, portion, list) => {
      const { printList } = await import('./print-list.js')
      await printList(ctx, { noun, portion, list }, printing())
    },
    printPage: async (noun, page) => {
      const { printPage } = await import('./printer.js')
      await printPage(noun, page, printing())
    },
    printOne: async (noun, row) => {
      const { printOne } = await import('./printer.js')
      await printOne(noun, row, printing())
    },
    printDocument: async (document) => {
      const { printDocument } = await import('./printer.js')
      await printDocument(document, printing())
    },
    notice: (text) => {
      if (!options().quiet) host.stderr.write(`${visibleLines(text)}\n`)
    },
    detail: (text) => {
      if (options().verbose) host.stderr.write(`${visibleLines(text)}\n`)
    },
    event: (event) => {
      host.stderr.write(toJsonLine(event))
    },
    setExitCode: (code) => {
      outcome.exitCode = code
    },
    progress: (label) => startProgress(label, { host, flags: options(), env: settings().env }),

    confirm: (question) => {
      const { yes, dryRun } = ctx.flags
      return prompts.confirm(question, { canAsk: ctx.canAsk, yes, dryRun })
    },
    confirmName: (question, name, given) => prompts.confirmName({ question, name, given }, ctx.canAsk),
    get room() {
      return toTerminal(host, options()) ? host.stdout.width : null
    },
    get canAsk() {
      return host.stdin.isTerminal && host.stderr.isTerminal && options().input && !settings().env['CI']
    },
    ask: prompts,
    commandTree: async () => {
      const { buildTree } = await import('./program.js')
      return buildTree(ctx, host.version)
    },
  }
  return ctx
}
