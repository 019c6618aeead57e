import type { Context } from '../../context.js'
import type { Changing } from '../../data/workspaces/change-workspace.js'
import type { Bulk } from '../../engine/bulk.js'
import type { ServerSettings } from '../../engine/settings.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import { workspaceLoginView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { changeWorkspace, confirmFor } from './with-registry.js'

interface LoginOptions {
  rotate?: true
  revoke?: true
}

interface Made {
  workspace: Workspace
  login: string
  password: string | null
  /** The name under which a revoked role stays; null: it is dropped. */
  kept: string | null
}

export const workspacesLoginCommand: CommandDefinition = {
  name: 'login',
  description: 'Make the login of a workspace and print its URL, once: it reaches this workspace alone',
  effect: 'writes',
  output: { record: workspaceLoginView },
  exitCodes: [3, 7],
  examples: [
    [
      'cto workspaces login acme.com --fields url --no-header',
      'for users who are not operators, and for BI tools',
    ],
    ['cto workspaces login acme.com --rotate', 'another password; its sessions end'],
    ['cto workspaces login acme.com --revoke', 'no login any more'],
  ],
  parameters: (command) =>
    command
      .argument('<workspace>', 'its domain or id')
      .option('--rotate', 'give it another password')
      .option('--revoke', 'drop it'),
  run: login,
}

async function login(ctx: Context, named: string, options: LoginOptions): Promise<void> {
  if (options.rotate && options.revoke)
    throw new UsageError('--rotate and --revoke exclude each other', { hint: 'name one of them' })
  const { at } = ctx.db.settings({ registry: true })
  if (at.engine === 'embedded') {
    throw new CtoError('NOT_PERMITTED', 'the embedded database has no logins', {
      hint: 'name a server in DATABASE_URL',
    })
  }
  if (options.rotate || options.revoke)
    await confirmFor(
      ctx,
      named,
      (domain) =>
        `End the sessions of the login of ${domain}, and ${options.revoke ? 'drop it' : 'change its password'}?`,
    )
  const { endSessionsOfShutOut } = await import('../../data/workspaces/login-sessions.js')
  // Its sessions end before the role is dropped: one that was opened meanwhile would continue without rights.
  if (options.revoke) await changeWorkspace(ctx, named, shutOut, endSessionsOfShutOut)
  const {
    workspace,
    login: user,
    password,
    kept,
  } = await changeWorkspace(
    ctx,
    named,
    (bulk, changing) => changeLogin(bulk, changing, options),
    async (database, rotated) => {
      if (options.rotate) await endSessionsOfShutOut(database, rotated.workspace)
    },
  )
  if (kept !== null) {
    ctx.out.caution(
      `the role stays as ${kept}, without login and rights: it owns objects in another database; an administrator runs there: DROP OWNED BY ${kept}; DROP ROLE ${kept};`,
    )
  }
  const url = password === null ? null : urlOf(at.server, { user, password }, ctx)
  await ctx.out.one(workspaceLoginView, { domain: workspace.domain, login: user, url })
}

async function shutOut(bulk: Bulk, changing: Changing): Promise<Workspace> {
  const { lock } = await import('../../data/workspaces/change-workspace.js')
  const roles = await import('../../data/workspaces/workspace-roles.js')
  const workspace = await lock(bulk, changing)
  requireFitting(workspace, { isThere: await roles.hasLogin(bulk.db, workspace), isNew: false })
  await roles.shutOut(bulk.db, workspace, changing)
  return workspace
}

async function changeLogin(bulk: Bulk, changing: Changing, { rotate, revoke }: LoginOptions): Promise<Made> {
  const { lock } = await import('../../data/workspaces/change-workspace.js')
  const { recordAct } = await import('../../data/workspaces/registered.js')
  const roles = await import('../../data/workspaces/workspace-roles.js')
  const { loginOf } = await import('../../engine/registry/entrance.js')
  const { set } = changing
  const workspace = await lock(bulk, changing)
  const isThere = await roles.hasLogin(bulk.db, workspace)
  requireFitting(workspace, { isThere, isNew: !rotate && !revoke })
  const kept = revoke ? await roles.dropLogin(bulk, set, workspace) : null
  const password = revoke
    ? null
    : await (rotate ? roles.rotateLogin(bulk.db, workspace, changing) : roles.makeLogin(bulk, set, workspace))
  const action = `workspace.login.${revoke ? 'revoke' : rotate ? 'rotate' : 'create'}`
  await recordAct(bulk.db, { ...changing, workspace, action, details: { ...(kept !== null && { kept }) } })
  return { workspace, login: loginOf(workspace.schemaName), password, kept }
}

function requireFitting(
  { domain, isActive }: { domain: string; isActive: boolean },
  { isThere, isNew }: { isThere: boolean; isNew: boolean },
): void {
  if (isNew && isThere) {
    throw new CtoError(
      'CONFLICT',
      `the workspace ${domain} has a login already; its password is stored nowhere`,
      {
        hint: `cto workspaces login ${domain} --rotate`,
      },
    )
  }
  if (!isNew && !isThere) {
    throw new CtoError('NOT_FOUND', `the workspace ${domain} has no login`, {
      hint: `cto workspaces login ${domain}`,
    })
  }
  if (isNew && !isActive) {
    throw new CtoError('NOT_PERMITTED', `the workspace ${domain} is suspended`, {
      hint: `cto workspaces resume ${domain}`,
    })
  }
}

/** On the same way as the URL of this command. */
function urlOf(
  { host, port, database, pooled }: ServerSettings,
  { user, password }: { user: string; password: string },
  ctx: Context,
): string {
  const isSocket = host.startsWith('/')
  const url = new URL(
    `postgresql://${isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`,
  )
  url.username = user
  url.password = password
  url.pathname = `/${encodeURIComponent(database)}`
  const { sslMode } = ctx.line.settings.values
  if (isSocket) url.searchParams.set('host', host)
  else if (sslMode !== 'prefer') url.searchParams.set('sslmode', sslMode)
  if (pooled) url.searchParams.set('pgbouncer', 'true')
  return url.href
}
