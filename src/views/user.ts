import type { ShownUser, User } from '../shapes/user.js'
import type { RecordView } from '../output/field.js'

/** How a person is printed. */
export const userView: RecordView<User> = {
  name: 'user',
  plural: 'users',
  shape: 'user',
  id: ({ email }) => email,
  defaults: ['email', 'name', 'role'],
  fields: [
    { name: 'email', header: 'EMAIL', shrink: 2, least: 16 },
    {
      name: 'name',
      header: 'NAME',
      text: ({ name, isActive }, { style }) => (isActive ? name : `${name} ${style.dim('(inactive)')}`),
      shrink: 1,
    },
    { name: 'role', header: 'ROLE', omit: 1 },
    { name: 'avatarUrl', header: 'AVATAR', shrink: 0 },
    { name: 'isActive', header: 'ACTIVE' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'updatedAt', header: 'UPDATED' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}

export const shownUserView: RecordView<ShownUser> = {
  ...userView,
  shape: 'shownUser',
  fields: [...userView.fields, { name: 'lastActivityAt', header: 'LAST ACTIVITY' }],
}
