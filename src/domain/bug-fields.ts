import { fieldsWith, type FieldsWith, type FieldTable } from './field.js'

/** Every field of a bug. Its column, type and meaning are in prisma/schema. */
export const bugFields = {
  id: { setBy: 'identity' },
  bugNumber: { setBy: 'identity' },
  title: { setBy: 'user', recorded: true, personal: true, importable: 'own', sortable: true },
  description: { setBy: 'user', recorded: true, personal: true, importable: 'own' },
  severity: { setBy: 'user', recorded: true, importable: 'own', sortable: true },
  // Before the status: hours that are chosen in the command that resolves a bug are its hours.
  slaHours: { setBy: 'user', recorded: true, sortable: true },
  status: { setBy: 'user', recorded: true, importable: 'own', sortable: true },
  assignedToId: { setBy: 'user', recorded: true, importable: 'own' },
  createdById: { setBy: 'user', recorded: true, importable: 'own' },
  projectId: { setBy: 'user', recorded: true, importable: 'own' },
  slaDueAt: { setBy: 'rule', sortable: true },
  slaStoppedAt: { setBy: 'rule' },
  slaBreachedAt: { setBy: 'rule' },
  businessImpact: { setBy: 'user', recorded: true, personal: true, importable: 'plain' },
  revenueImpact: { setBy: 'user', recorded: true, importable: 'plain', sortable: true },
  isBlocker: { setBy: 'user', recorded: true, importable: 'own', sortable: true },
  priorityScore: { setBy: 'rule', recorded: true, recordedWith: 'priorityPinned', sortable: true },
  priorityPinned: { setBy: 'rule', recorded: true },
  estimatedHours: { setBy: 'user', recorded: true, importable: 'own', sortable: true },
  actualHours: { setBy: 'user', recorded: true, importable: 'own', sortable: true },
  createdAt: { setBy: 'source', recorded: true, importable: 'own', sortable: true },
  updatedAt: { setBy: 'rule', sortable: true },
  resolvedAt: { setBy: 'rule', importable: 'own', sortable: true },
  externalSource: { setBy: 'identity' },
  externalId: { setBy: 'source', recorded: true, sortable: true },
  externalUrl: { setBy: 'source', recorded: true, importable: 'own' },
  externalUid: { setBy: 'source' },
  externalAliases: { setBy: 'source' },
  externalUpdatedAt: { setBy: 'source', hidden: true },
  labels: { setBy: 'user', recorded: true, personal: true, importable: 'own' },
  duplicateOfId: { setBy: 'user', recorded: true },
  links: { setBy: 'user', recorded: true, personal: true },
  importId: { setBy: 'identity' },
  causedByDeploymentId: { setBy: 'source', hidden: true },
} as const satisfies FieldTable

type BugFieldTable = typeof bugFields

/** The fields of a bug that users set. */
export type UserBugField = FieldsWith<BugFieldTable, { setBy: 'user' }>
export const userBugFields: readonly UserBugField[] = fieldsWith(bugFields, { setBy: 'user' })

/** The fields of a bug that a change made in cto can affect. */
export type BugFactField = UserBugField | FieldsWith<BugFieldTable, { setBy: 'rule' }>

/** The fields of a stored bug that an import can change. */
export type ImportableBugField = FieldsWith<BugFieldTable, { importable: 'plain' | 'own' }>

/** Importable fields whose column few files have. */
export type PlainBugField = FieldsWith<BugFieldTable, { importable: 'plain' }>
export const plainBugFields: readonly PlainBugField[] = fieldsWith(bugFields, { importable: 'plain' })

/** Fields whose changes history records; the others derive from these. */
export type RecordedBugField = FieldsWith<BugFieldTable, { recorded: true }>
export const recordedBugFields: readonly RecordedBugField[] = fieldsWith(bugFields, { recorded: true })
