import * as Type from 'typebox'
import { apiKeyScopes, apiKeyStates } from '../domain/delivery/api-key.js'
import { Id, Nullable, OneOf, Time } from './shape.js'

/** A key of a program. Neither the key nor its hash is printed. */
export const apiKeyShape = Type.Object({
  id: Id,
  name: Type.String(),
  /** The first 12 characters of the key. */
  prefix: Type.String(),
  scopes: Type.Array(OneOf(apiKeyScopes)),
  state: OneOf(apiKeyStates),
  userId: Nullable(Id),
  /** The address of the user as whom it acts. */
  user: Nullable(Type.String()),
  organizationId: Nullable(Id),
  /** Its short name. */
  organization: Nullable(Type.String()),
  expiresAt: Nullable(Time),
  lastUsedAt: Nullable(Time),
  revokedAt: Nullable(Time),
  createdAt: Time,
})

/** The only time that the key itself is printed. */
export const newApiKeyShape = Type.Object({ ...apiKeyShape.properties, key: Type.String() })

export type ApiKey = Type.Static<typeof apiKeyShape>
export type NewApiKey = Type.Static<typeof newApiKeyShape>
