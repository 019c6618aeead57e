import type { Bulk } from '../../engine/bulk.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import type { OwnLimits, Plan } from '../../domain/workspace.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Workspace, WorkspaceMetadata } from '../../shapes/workspace.js'
import { findWorkspace, getWorkspace, recordAct, type WorkspaceAct } from './registered.js'
import { latestOf } from './version.js'
import { hasLogin, limitLogin, resumeLogin, suspendLogin } from './workspace-roles.js'

/** The workspace, who changes it, and when. */
export interface Changing extends Pick<WorkspaceAct, 'userAgent' | 'now'> {
  /** Its domain or id. */
  named: string
  /** The tables of an organisation. */
  set: MigrationSet
  /** Everything is rolled back. */
  dryRun: boolean
}

export interface WorkspaceChanges {
  name?: string | undefined
  plan?: Plan | undefined
  /** An empty text removes the key. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** 'plan': that of the plan again. */
  limits?: Readonly<Partial<Record<keyof OwnLimits, number | null | 'plan'>>> | undefined
}

/** @throws NotFoundError */
export async function updateWorkspace(
  bulk: Bulk,
  changing: Changing,
  { name, plan, metadata = {}, limits = {} }: WorkspaceChanges,
): Promise<Workspace> {
  const workspace = await lock(bulk, changing)
  const next = {
    name: name ?? workspace.name,
    plan: plan ?? workspace.subscriptionPlan,
    metadata: merged(workspace.metadata, { metadata, limits }),
  }
  if (plan !== undefined && (await hasLogin(bulk.db, workspace))) await limitLogin(bulk.db, workspace, plan)
  await bulk.db.$executeRaw`
    UPDATE public.tenants
    SET name = ${next.name}, subscription_plan = ${next.plan}, metadata = ${JSON.stringify(next.metadata)}::jsonb,
      updated_at = ${changing.now}
    WHERE id = ${workspace.id}::uuid`
  const changed = {
    name: name !== undefined,
    ...(plan !== undefined && { plan }),
    metadata: Object.keys(metadata),
  }
  return done(bulk, changing, { workspace, action: 'workspace.update', details: { ...changed, limits } })
}

function merged(
  before: WorkspaceMetadata,
  { metadata, limits }: Required<Pick<WorkspaceChanges, 'metadata' | 'limits'>>,
): WorkspaceMetadata {
  const own = Object.entries({ ...before.limits, ...limits }).filter(([, limit]) => limit !== 'plan')
  const all: Record<string, unknown> = { ...before, ...metadata, limits: Object.fromEntries(own) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

/** Only the domain changes: schema and roles keep their names. @throws NotFoundError; CtoError CONFLICT for a domain that is taken */
export async function renameWorkspace(bulk: Bulk, changing: Changing, domain: string): Promise<Workspace> {
  const workspace = await lock(bulk, changing)
  const taken = await findWorkspace(bulk.db, latestOf(changing.set), domain)
  if (taken && taken.id !== workspace.id) {
    throw new CtoError('CONFLICT', `the workspace ${domain} exists already`, {
      hint: `cto workspaces show ${domain}`,
    })
  }
  await bulk.db.$executeRaw`
    UPDATE public.tenants SET domain = ${domain}, updated_at = ${changing.now} WHERE id = ${workspace.id}::uuid`
  return done(bulk, changing, { workspace, action: 'workspace.rename', details: { to: domain } })
}

/** Nothing but `cto workspaces` enters it, and its login is shut out. @throws NotFoundError; UsageError where it is so already */
export async function suspendWorkspace(
  bulk: Bulk,
  changing: Changing,
  reason: string | null,
): Promise<Workspace> {
  const workspace = await lock(bulk, changing)
  requireActive(workspace, true)
  if (await hasLogin(bulk.db, workspace)) await suspendLogin(bulk, changing.set, workspace, changing)
  const suspended = { at: changing.now.toISOString(), reason }
  await bulk.db.$executeRaw`
    UPDATE public.tenants
    SET is_active = false, metadata = metadata || ${JSON.stringify({ suspended })}::jsonb, updated_at = ${changing.now}
    WHERE id = ${workspace.id}::uuid`
  return done(bulk, changing, { workspace, action: 'workspace.suspend', details: { reason } })
}

export async function resumeWorkspace(bulk: Bulk, changing: Changing): Promise<Workspace> {
  const workspace = await lock(bulk, changing)
  requireActive(workspace, false)
  if (await hasLogin(bulk.db, workspace)) await resumeLogin(bulk, changing.set, workspace)
  await bulk.db.$executeRaw`
    UPDATE public.tenants
    SET is_active = true, metadata = metadata - 'suspended', updated_at = ${changing.now}
    WHERE id = ${workspace.id}::uuid`
  return done(bulk, changing, { workspace, action: 'workspace.resume', details: {} })
}

/** The row stays as it is until the transaction ends. */
export function lock({ db }: Bulk, { named, set }: Changing): Promise<Workspace> {
  return getWorkspace(db, latestOf(set), named, { lock: true })
}

function requireActive({ isActive, domain }: Workspace, wanted: boolean): void {
  if (isActive === wanted) return
  throw new UsageError(`the workspace ${domain} is ${isActive ? 'not suspended' : 'suspended already'}`, {
    hint: `cto workspaces show ${domain}`,
  })
}

async function done(
  { db }: Bulk,
  { set, userAgent, now }: Changing,
  act: Pick<WorkspaceAct, 'action' | 'details'> & { workspace: Workspace },
): Promise<Workspace> {
  await recordAct(db, { ...act, userAgent, now })
  return getWorkspace(db, latestOf(set), act.workspace.id)
}
