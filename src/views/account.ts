import type { RecordView } from '../output/field.js'
import type { Account } from '../shapes/delivery.js'

/** How an account is printed. */
export const accountView: RecordView<Account> = {
  name: 'account',
  plural: 'accounts',
  shape: 'account',
  id: ({ id }) => id,
  defaults: ['login', 'email', 'name', 'user', 'main', 'isBot'],
  fields: [
    { name: 'login', header: 'LOGIN', shrink: 2 },
    { name: 'email', header: 'EMAIL', shrink: 2 },
    { name: 'name', header: 'NAME', shrink: 1, omit: 1 },
    { name: 'user', header: 'USER', shrink: 3 },
    { name: 'main', header: 'BELONGS TO', omit: 2 },
    { name: 'isBot', header: 'BOT' },
    { name: 'host', header: 'HOST' },
    { name: 'externalId', header: 'EXTERNAL ID' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}
