import * as Type from 'typebox'
import { severities, statuses } from '../domain/bug.js'
import { slaStates } from '../domain/sla.js'
import { Decimal, Id, Nullable, OneOf, Time } from './shape.js'

export const personRefShape = Type.Object({ id: Id, email: Type.String(), name: Type.String() })

export const projectRefShape = Type.Object({ id: Id, name: Type.String() })

/** A page about a bug. */
const linkShape = Type.Object({ url: Type.String(), title: Nullable(Type.String()) })

/** A bug as every command shows it and JSON prints it. */
export const bugShape = Type.Object({
  id: Id,
  bugNumber: Type.String({ pattern: '^BUG-\\d+$' }),
  title: Type.String(),
  description: Nullable(Type.String()),
  severity: OneOf(severities),
  status: OneOf(statuses),
  assignedToId: Nullable(Id),
  createdById: Nullable(Id),
  projectId: Nullable(Id),
  slaHours: Type.Integer({ exclusiveMinimum: 0 }),
  slaDueAt: Time,
  slaStoppedAt: Nullable(Time),
  /** Recorded by the first write after the breach: until then null, while sla.state is breached. */
  slaBreachedAt: Nullable(Time),
  businessImpact: Nullable(Type.String()),
  revenueImpact: Nullable(Decimal),
  isBlocker: Type.Boolean(),
  priorityScore: Type.Integer({ minimum: 0, maximum: 100 }),
  priorityPinned: Type.Boolean(),
  estimatedHours: Nullable(Decimal),
  actualHours: Nullable(Decimal),
  createdAt: Time,
  updatedAt: Time,
  resolvedAt: Nullable(Time),
  externalSource: Nullable(Type.String()),
  externalId: Nullable(Type.String()),
  externalUrl: Nullable(Type.String()),
  externalUid: Nullable(Type.String()),
  externalAliases: Type.Array(Type.String()),
  labels: Type.Array(Type.String()),
  duplicateOfId: Nullable(Id),
  links: Type.Array(linkShape),
  importId: Nullable(Id),
  assignedTo: Nullable(personRefShape),
  createdBy: Nullable(personRefShape),
  project: Nullable(projectRefShape),
  /** The bug that is worked on instead. */
  duplicateOf: Nullable(Type.Object({ id: Id, bugNumber: Type.String() })),
  /** Numbers of the bugs that are duplicates of this one. */
  duplicates: Type.Array(Type.String()),
  sla: Type.Object({
    state: OneOf(slaStates),
    usedRatio: Type.Number(),
    remainingSeconds: Type.Integer(),
  }),
  /** Null unless open. */
  urgency: Nullable(Type.Integer({ minimum: 0, maximum: 100 })),
})

/** What names the deployment that brought a bug. */
const causingDeploymentShape = Type.Object({
  id: Id,
  repository: Type.String(),
  environment: Type.String(),
  service: Nullable(Type.String()),
  ref: Nullable(Type.String()),
  sha: Nullable(Type.String()),
  externalId: Type.String(),
})

/** A bug on its own. */
export const shownBugShape = Type.Object({
  ...bugShape.properties,
  /** The deployment that brought it, by the note of `deployments fail`. */
  causedByDeployment: Nullable(causingDeploymentShape),
  /** Its last changes and notes, the newest first. */
  history: Type.Array(
    Type.Object({
      changedAt: Time,
      fieldChanged: Type.String(),
      oldName: Nullable(Type.String()),
      newName: Nullable(Type.String()),
      note: Nullable(Type.String()),
      changedBy: Nullable(personRefShape),
    }),
  ),
})

/** A bug that a search found. */
export const foundBugShape = Type.Object({
  ...bugShape.properties,
  /** 1 where the title holds every word as typed; less for other spellings, and for the description. */
  score: Type.Number({ minimum: 0, maximum: 1 }),
  /** The part of the description that matches and is not in the title; null if there is none. */
  excerpt: Nullable(Type.String()),
})

/** A bug that could be taken next, and why. */
export const nextBugShape = Type.Object({
  ...bugShape.properties,
  /** What its urgency is made of; `sum` is not rounded. */
  urgencyTerms: Type.Object({
    priority: Type.Number(),
    sla: Type.Number(),
    age: Type.Number(),
    sum: Type.Number(),
  }),
})

export type NextBug = Type.Static<typeof nextBugShape>
export type FoundBug = Type.Static<typeof foundBugShape>
export type Bug = Type.Static<typeof bugShape>
export type CausingDeployment = Type.Static<typeof causingDeploymentShape>
export type ShownBug = Type.Static<typeof shownBugShape>
export type PersonRef = Type.Static<typeof personRefShape>
