import * as Type from 'typebox'
import { eventSources, eventStates } from '../domain/delivery/event-words.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

/** What a source reported. */
export const eventShape = Type.Object({
  id: Id,
  occurredAt: Time,
  receivedAt: Time,
  source: OneOf(eventSources),
  deliveryKey: Type.String(),
  /** As webhooks name it. */
  name: Type.String(),
  action: Nullable(Type.String()),
  /** `owner/name` */
  repository: Nullable(Type.String()),
  /** The login of the actor. */
  actor: Nullable(Type.String()),
  signature: OneOf(['verified', 'unsigned']),
  state: OneOf(eventStates),
  problem: Nullable(Type.String()),
  importId: Nullable(Id),
})

export type Event = Type.Static<typeof eventShape>

/** With its payload. */
export const shownEventShape = Type.Object({
  ...eventShape.properties,
  /** Null for restricted repositories. */
  payload: Type.Unknown(),
})

export type ShownEvent = Type.Static<typeof shownEventShape>

/** What came of the events of some files. */
export const ingestReportShape = Type.Object({
  /** Null after a dry run. */
  importId: Nullable(Id),
  dryRun: Type.Boolean(),
  /** Read from the files. */
  events: Count,
  stored: Count,
  /** Of those stored: no fact follows from them. */
  skipped: Count,
  /** Stored before. */
  duplicates: Count,
  /** Of an archive, of repositories that are not known. */
  unknown: Count,
  rejected: Count,
  /** Of those rejected: their signature is missing or wrong. */
  forged: Count,
  /** The first hundred reasons, each with its file and line. */
  problems: Type.Array(Type.String()),
})

export type IngestReport = Type.Static<typeof ingestReportShape>

/** What `events replay` did. */
export const eventReplayShape = Type.Object({
  events: Count,
  derived: Count,
  /** Of kinds from which no fact follows. */
  skipped: Count,
  /** What the database does not accept: `cto events list --state failed` names the problem. */
  failed: Count,
  /** Stored without their payload: of these nothing can be derived. */
  withoutPayload: Count,
})

export type EventReplay = Type.Static<typeof eventReplayShape>
