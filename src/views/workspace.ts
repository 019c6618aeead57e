import { bytesText } from '../output/bytes-text.js'
import type { Field, RecordView } from '../output/field.js'
import type { Registry, ShownWorkspace, Workspace, WorkspaceLogin } from '../shapes/workspace.js'

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
  { name: 'metadata', header: 'METADATA' },
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
