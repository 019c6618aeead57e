import type { RecordView } from '../output/field.js'
import type { Member } from '../shapes/delivery.js'

/** How a member of an organization is printed. */
export const memberView: RecordView<Member> = {
  name: 'member',
  plural: 'members',
  shape: 'member',
  id: ({ user }) => user,
  defaults: ['user', 'name', 'role', 'joinedAt', 'leftAt'],
  fields: [
    { name: 'user', header: 'USER', shrink: 2 },
    { name: 'name', header: 'NAME', shrink: 1 },
    { name: 'role', header: 'ROLE' },
    { name: 'joinedAt', header: 'JOINED', omit: 1 },
    { name: 'leftAt', header: 'LEFT', omit: 2 },
    { name: 'organization', header: 'ORGANIZATION' },
    { name: 'userId', header: 'USER ID' },
    { name: 'id', header: 'ID' },
  ],
}
