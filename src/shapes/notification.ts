import * as Type from 'typebox'
import {
  channels,
  groupings,
  notificationKinds,
  notificationStatuses,
} from '../domain/delivery/notification.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

/** Until when no message names a group; null: any group. */
const silenceShape = Type.Object({
  group: Nullable(Type.String()),
  until: Type.String({ format: 'date-time' }),
  reason: Nullable(Type.String()),
})

/** A rule: what it watches, and where its messages go. */
export const ruleShape = Type.Object({
  id: Id,
  name: Type.String(),
  enabled: Type.Boolean(),
  condition: Type.String(),
  /** Filters of bugs and the window, by flag. */
  scope: Type.Object({}, { additionalProperties: true }),
  groupBy: OneOf(groupings),
  channel: OneOf(channels),
  /** Of an address that is a secret only the origin. */
  target: Type.String(),
  /** The name of the secret that signs messages, or that is the address. */
  secret: Nullable(Type.String()),
  forRuns: Count,
  repeatMinutes: Count,
  /** The name of the rule that inhibits it. */
  inhibitedBy: Nullable(Type.String()),
  silences: Type.Array(silenceShape),
  /** The groups for which it fires; a rule without groups has one, an empty text. */
  firing: Type.Array(Type.String()),
  createdAt: Time,
  updatedAt: Time,
})

/** One attempt to deliver a message, or why none was made. */
export const notificationShape = Type.Object({
  id: Id,
  ruleId: Nullable(Id),
  ruleName: Type.String(),
  /** The same in every attempt. */
  deliveryId: Type.String(),
  attempt: Count,
  kind: OneOf(notificationKinds),
  groups: Type.Array(Type.String()),
  status: OneOf(notificationStatuses),
  reason: Nullable(Type.String()),
  target: Type.String(),
  error: Nullable(Type.String()),
  httpStatus: Nullable(Count),
  /** The message. */
  body: Type.Unknown(),
  nextAttemptAt: Nullable(Time),
  finishedAt: Nullable(Time),
  createdAt: Time,
})

export const notificationsShape = Type.Object({ messages: Type.Array(notificationShape) })

export type Silence = Type.Static<typeof silenceShape>
export type Rule = Type.Static<typeof ruleShape>
export type Notification = Type.Static<typeof notificationShape>
