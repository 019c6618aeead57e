import * as Type from 'typebox'
import { sessionTypes, toolCategories } from '../domain/session.js'
import { personRefShape, projectRefShape } from './bug.js'
import { Count, Decimal, Id, Nullable, OneOf, Time } from './shape.js'

/** A working session. */
export const sessionShape = Type.Object({
  id: Id,
  userId: Nullable(Id),
  projectId: Nullable(Id),
  sessionStart: Time,
  /** Null while it runs. */
  sessionEnd: Nullable(Time),
  /** Null while it runs, and where the source gives a day without times. */
  totalDurationMs: Nullable(Count),
  /** The length of the times of activity. */
  focusTimeMs: Count,
  interruptionsCount: Count,
  sessionType: OneOf(sessionTypes),
  /** 0 to 100, as the source gives it. */
  productivityScore: Nullable(Count),
  tags: Type.Array(Type.String()),
  description: Nullable(Type.String()),
  metadata: Type.Unknown(),
  /** The tool that reported it; null for a session started by hand. */
  externalSource: Nullable(Type.String()),
  externalId: Nullable(Type.String()),
  importId: Nullable(Id),
  createdAt: Time,
  updatedAt: Time,
  user: Nullable(personRefShape),
  project: Nullable(projectRefShape),
})

/** Sums of calls of tools, and of requests to language models. Null: no source gives it. */
const sums = {
  calls: Count,
  errors: Count,
  /** Errors ÷ calls; null without calls. */
  errorRate: Nullable(Type.Number()),
  /** Of the calls whose duration is known. */
  totalDurationMs: Nullable(Count),
  /** Messages of language models, which are no calls. */
  requests: Count,
  requestErrors: Count,
  inputTokens: Nullable(Count),
  outputTokens: Nullable(Count),
  cacheReadTokens: Nullable(Count),
  cacheWriteTokens: Nullable(Count),
  /** As the source gives it. */
  costUsd: Nullable(Decimal),
}

/** A tool and what it did. */
export const toolShape = Type.Object({
  toolName: Type.String(),
  toolCategory: OneOf(toolCategories),
  sessions: Count,
  /** Users who used it, as far as they are known. */
  people: Count,
  /** Calls and requests. */
  uses: Count,
  ...sums,
  cpuTimeMs: Nullable(Count),
  /** The largest. */
  memoryUsageMb: Nullable(Count),
  outputSizeBytes: Nullable(Count),
  /** When it was last used, to a quarter of an hour. */
  lastUsedAt: Time,
})

/** One on its own. */
export const shownSessionShape = Type.Object({
  ...sessionShape.properties,
  /** When it was active, in order. */
  active: Type.Array(Type.Object({ from: Time, to: Time })),
  tools: Type.Array(Type.Object({ toolName: Type.String(), toolCategory: OneOf(toolCategories), ...sums })),
})

/** Sessions of one person, project, type or source; the last row is of all. */
export const sessionGroupShape = Type.Object({
  /** The email, name or word; null where there is none. */
  group: Nullable(Type.String()),
  sessions: Count,
  running: Count,
  people: Count,
  /** Hours in which people were active; parallel sessions of a person count once. */
  activeHours: Type.Number(),
  /** Active hours of sessions without a person. */
  otherActiveHours: Type.Number(),
  /** Focus ÷ duration; null without a duration. */
  focus: Nullable(Type.Number()),
  interruptions: Count,
  durationP50Ms: Nullable(Type.Number()),
  durationP95Ms: Nullable(Type.Number()),
})

/** Calls of one category, tool, person, project or source; the last row is of all. */
export const toolGroupShape = Type.Object({
  group: Nullable(Type.String()),
  ...sums,
  /** Exact, from the calls whose duration is known; null without any. */
  durationP50Ms: Nullable(Type.Number()),
  durationP95Ms: Nullable(Type.Number()),
  /** How many those are. */
  timed: Count,
})

export type Session = Type.Static<typeof sessionShape>
export type ShownSession = Type.Static<typeof shownSessionShape>
export type Tool = Type.Static<typeof toolShape>
export type SessionGroup = Type.Static<typeof sessionGroupShape>
export type ToolGroup = Type.Static<typeof toolGroupShape>
