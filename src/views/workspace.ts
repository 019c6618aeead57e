import { bytesText } from '../output/bytes-text.js'
import type { Field, Look, RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import type {
  DeletedWorkspace,
  MigratedWorkspace,
  Registry,
  ShownWorkspace,
  Workspace,
  WorkspaceLogin,
  WorkspaceStatus,
} from '../shapes/workspace.js'

const fields: readonly Field<Workspace>[] = [
  { name: 'id', header: 'ID' },
  { name: 'domain', header: 'DOMAIN' },
  { name: 'name', header: 'NAME', shrink: 1 },
  { name: 'subscriptionPlan', header: 'PLAN' },
  {
    name: 'isActive',
    header: 'STATE',
    text: ({ isActive }, { style }) => (isActive ? style.good('active') : style.danger('suspended')),
  },
  {
    name: 'isBehind',
    header: 'TABLES',
    text: ({ isBehind }, { style }) => (isBehind ? style.warn('behind') : 'current'),
  },
  { name: 'schemaName', header: 'SCHEMA', omit: 2 },
  {
    name: 'metadata',
    header: 'METADATA',
    // The outcome of the last migration is kept there too; `cto workspaces status` shows it.
    text: ({ metadata: { migration: _, ...given } }) =>
      Object.entries(given)
        .filter(([, value]) => JSON.stringify(value) !== '{}')
        .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', '),
  },
  { name: 'createdAt', header: 'CREATED', omit: 1 },
  { name: 'updatedAt', header: 'UPDATED' },
]

export const workspaceView: RecordView<Workspace> = {
  name: 'workspace',
  plural: 'workspaces',
  shape: 'workspace',
  id: ({ domain }) => domain,
  defaults: ['domain', 'name', 'subscriptionPlan', 'isActive', 'isBehind', 'schemaName', 'createdAt'],
  fields,
}

export const deletedWorkspaceView: RecordView<DeletedWorkspace> = {
  ...workspaceView,
  shape: 'deletedWorkspace',
  fields: [
    // The record has the state before the deletion, which is always suspended.
    ...fields.map((field) =>
      field.name === 'isActive'
        ? { ...field, text: (_: Workspace, { style }: Look) => style.danger('deleted') }
        : field,
    ),
    { name: 'archive', header: 'ARCHIVE', shrink: 1 },
  ],
}

export const shownWorkspaceView: RecordView<ShownWorkspace> = {
  ...workspaceView,
  shape: 'shownWorkspace',
  card: [
    'domain',
    'name',
    'id',
    'schemaName',
    'subscriptionPlan',
    'isActive',
    'migrations',
    'bytes',
    'limits',
    'lastImportAt',
    'lastSessionAt',
    'createdAt',
  ],
  fields: [
    ...fields,
    { name: 'bytes', header: 'SIZE', text: ({ bytes }) => bytesText(bytes) },
    {
      name: 'limits',
      header: 'USED',
      text: ({ limits }) =>
        limits.map(({ record, used, most }) => `${used} of ${most ?? 'any number of'} ${record}`).join(', '),
    },
    {
      name: 'migrations',
      header: 'MIGRATIONS',
      text: ({ migrations: { applied, pending } }) =>
        pending === 0 ? `${applied} applied` : `${applied} applied, ${pending} pending`,
    },
    { name: 'lastImportAt', header: 'LAST IMPORT' },
    { name: 'lastSessionAt', header: 'LAST SESSION' },
  ],
}

export const workspaceLoginView: RecordView<WorkspaceLogin> = {
  name: 'login',
  plural: 'logins',
  shape: 'workspaceLogin',
  id: ({ login }) => login,
  defaults: ['domain', 'login', 'url'],
  fields: [
    { name: 'domain', header: 'WORKSPACE' },
    { name: 'login', header: 'LOGIN' },
    { name: 'url', header: 'URL' },
  ],
}

const styleOfResult: Record<MigratedWorkspace['result'], keyof Style> = {
  migrated: 'good',
  current: 'dim',
  failed: 'danger',
  skipped: 'warn',
}

export const migratedWorkspaceView: RecordView<MigratedWorkspace> = {
  name: 'workspace',
  plural: 'workspaces',
  shape: 'migratedWorkspace',
  id: ({ workspace }) => workspace,
  defaults: ['workspace', 'result', 'applied', 'error'],
  fields: [
    { name: 'workspace', header: 'WORKSPACE' },
    {
      name: 'result',
      header: 'RESULT',
      text: ({ result }, { style }) => style[styleOfResult[result]](result),
    },
    { name: 'applied', header: 'APPLIED', shrink: 2 },
    { name: 'error', header: 'WHY IT FAILED', shrink: 1 },
  ],
}

const styleOfState: Record<WorkspaceStatus['state'], keyof Style> = {
  current: 'good',
  behind: 'warn',
  failed: 'danger',
}

export const workspaceStatusView: RecordView<WorkspaceStatus> = {
  name: 'workspace',
  plural: 'workspaces',
  shape: 'workspaceStatus',
  id: ({ workspace }) => workspace,
  defaults: ['workspace', 'state', 'last', 'at', 'verified', 'error'],
  fields: [
    { name: 'workspace', header: 'WORKSPACE' },
    { name: 'state', header: 'STATE', text: ({ state }, { style }) => style[styleOfState[state]](state) },
    { name: 'last', header: 'LAST MIGRATION', shrink: 2 },
    { name: 'at', header: 'AT', omit: 1 },
    { name: 'verified', header: 'ITS SCHEMA' },
    { name: 'error', header: 'WHY IT FAILED', shrink: 1 },
  ],
}

export const registryView: RecordView<Registry> = {
  name: 'registry',
  plural: 'registries',
  shape: 'registry',
  id: ({ target }) => target,
  defaults: ['target', 'owner', 'everyday', 'workspaces', 'applied'],
  fields: [
    { name: 'target', header: 'TARGET' },
    { name: 'owner', header: 'OWNER' },
    { name: 'everyday', header: 'MAY ENTER' },
    { name: 'workspaces', header: 'WORKSPACES' },
    { name: 'applied', header: 'APPLIED NOW' },
  ],
}
