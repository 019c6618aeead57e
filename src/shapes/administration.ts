import * as Type from 'typebox'
import { Count, Nullable, OneOf, Time } from './shape.js'

/** A table, with what it grows by. */
export const tableGrowthShape = Type.Object({
  table: Type.String(),
  rows: Count,
  /** With indexes and whatever is stored out of line. */
  bytes: Count,
  indexBytes: Count,
  toastBytes: Count,
  /** Of the bytes of all tables. */
  share: Type.Number({ minimum: 0, maximum: 1 }),
  /** Between the first and the last recorded size; null with fewer than two. */
  rowsPerDay: Nullable(Type.Number()),
  bytesPerDay: Nullable(Type.Number()),
})

const cancelResults = ['cancelled', 'terminated', 'still running', 'not permitted', 'already ended'] as const

/** A session that was to be stopped. */
export const cancellationShape = Type.Object({
  pid: Count,
  user: Type.String(),
  state: Nullable(Type.String()),
  /** Since it was in this state. */
  seconds: Type.Number({ minimum: 0 }),
  query: Nullable(Type.String()),
  /** Null in a dry run. */
  result: Nullable(OneOf(cancelResults)),
})

/** What a role was given. */
export const grantShape = Type.Object({
  /** `TABLE "public"."bugs"` */
  object: Type.String(),
  privileges: Type.String(),
})

const healthStatuses = ['healthy', 'degraded', 'unhealthy'] as const

export const healthShape = Type.Object({
  status: OneOf(healthStatuses),
  connection: Type.Object({
    connected: Type.Boolean(),
    target: Type.String(),
    /** Why it is not. */
    reason: Nullable(Type.String()),
  }),
  /** Of one statement and its answer; null without a connection. */
  responseTimeMs: Nullable(Type.Number({ minimum: 0 })),
  timestamp: Time,
  /** Connections of the whole server; null where there is none. */
  pool: Nullable(Type.Object({ used: Count, most: Count })),
  /** Of other sessions of this database; null where there are none. */
  queries: Nullable(
    Type.Object({ active: Count, idleInTransaction: Count, blocked: Count, longestSeconds: Type.Number() }),
  ),
  recommendations: Type.Array(Type.String()),
})

export type TableGrowth = Type.Static<typeof tableGrowthShape>
export type CancelResult = (typeof cancelResults)[number]
export type Cancellation = Type.Static<typeof cancellationShape>
export type Grant = Type.Static<typeof grantShape>
export type Health = Type.Static<typeof healthShape>
