import * as Type from 'typebox'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

/** A stored secret, without its value. */
export const secretShape = Type.Object({
  id: Id,
  name: Type.String(),
  organizationId: Nullable(Id),
  /** Its short name. */
  organization: Nullable(Type.String()),
  /** Which key encrypted it. */
  keyId: Type.String(),
  createdAt: Time,
  updatedAt: Time,
})

/**
 * current: the present key decrypts it; old: only an earlier one does; unknownKey: none that is given; damaged: its own key does
 * not, so that its bytes were changed.
 */
const secretStates = ['current', 'old', 'unknownKey', 'damaged'] as const

export const secretCheckShape = Type.Object({ ...secretShape.properties, state: OneOf(secretStates) })

export const secretRotationShape = Type.Object({ rotated: Count, unchanged: Count, keyId: Type.String() })

export type Secret = Type.Static<typeof secretShape>
export type SecretState = (typeof secretStates)[number]
export type SecretCheck = Type.Static<typeof secretCheckShape>
