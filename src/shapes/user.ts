import * as Type from 'typebox'
import { userRoles } from '../domain/user.js'
import { Id, Nullable, OneOf, Time } from './shape.js'

/** A person, without the hash of the password. */
export const userShape = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: OneOf(userRoles),
  avatarUrl: Nullable(Type.String()),
  isActive: Type.Boolean(),
  importId: Nullable(Id),
  createdAt: Time,
  updatedAt: Time,
})

/** One on their own. */
export const shownUserShape = Type.Object({
  ...userShape.properties,
  /** When they last changed something here; null: never. */
  lastActivityAt: Nullable(Time),
})

export type User = Type.Static<typeof userShape>
export type ShownUser = Type.Static<typeof shownUserShape>
