import type { Field, RecordView } from '../output/field.js'
import type { Secret, SecretCheck } from '../shapes/secret.js'

const fields: readonly Field<Secret>[] = [
  { name: 'name', header: 'NAME' },
  { name: 'organization', header: 'ORGANIZATION', omit: 1 },
  { name: 'keyId', header: 'KEY', omit: 2 },
  { name: 'updatedAt', header: 'SET' },
  { name: 'createdAt', header: 'CREATED' },
  { name: 'organizationId', header: 'ORGANIZATION ID' },
  { name: 'id', header: 'ID' },
]

/** How a secret is printed; its value never is. */
export const secretView: RecordView<Secret> = {
  name: 'secret',
  plural: 'secrets',
  shape: 'secret',
  id: ({ name }) => name,
  defaults: ['name', 'organization', 'keyId', 'updatedAt'],
  fields,
}

const words = {
  current: 'readable',
  old: 'needs rotation',
  unknownKey: 'unreadable: another key',
  damaged: 'unreadable: damaged',
}

export const secretCheckView: RecordView<SecretCheck> = {
  ...secretView,
  shape: 'secretCheck',
  defaults: ['name', 'organization', 'state', 'keyId'],
  fields: [
    {
      name: 'state',
      header: 'STATE',
      text: ({ state }, { style }) =>
        state === 'current'
          ? style.good(words[state])
          : state === 'old'
            ? style.warn(words[state])
            : style.danger(words[state]),
    },
    ...fields,
  ],
}
