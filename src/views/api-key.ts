import type { Field, RecordView } from '../output/field.js'
import type { ApiKey, NewApiKey } from '../shapes/api-key.js'

const fields: readonly Field<ApiKey>[] = [
  { name: 'prefix', header: 'KEY' },
  { name: 'name', header: 'NAME', shrink: 2 },
  { name: 'scopes', header: 'SCOPES' },
  { name: 'user', header: 'ACTS AS', shrink: 1, omit: 2 },
  { name: 'organization', header: 'ORGANIZATION', omit: 1 },
  {
    name: 'state',
    header: 'STATE',
    text: ({ state }, { style }) => (state === 'active' ? style.good(state) : style.warn(state)),
  },
  { name: 'expiresAt', header: 'EXPIRES' },
  { name: 'lastUsedAt', header: 'LAST USED', omit: 3 },
  { name: 'revokedAt', header: 'REVOKED' },
  { name: 'createdAt', header: 'CREATED' },
  { name: 'userId', header: 'USER ID' },
  { name: 'organizationId', header: 'ORGANIZATION ID' },
  { name: 'id', header: 'ID' },
]

/** How a key is printed: by its beginning. */
export const apiKeyView: RecordView<ApiKey> = {
  name: 'key',
  plural: 'keys',
  shape: 'apiKey',
  id: ({ prefix }) => prefix,
  defaults: ['prefix', 'name', 'scopes', 'user', 'state', 'expiresAt', 'lastUsedAt'],
  fields,
}

export const newApiKeyView: RecordView<NewApiKey> = {
  ...apiKeyView,
  shape: 'newApiKey',
  defaults: ['key', 'name', 'scopes', 'expiresAt'],
  fields: [{ name: 'key', header: 'WHOLE KEY' }, ...fields],
}
