import * as Type from 'typebox'
import { limitedRecords, plans } from '../domain/workspace.js'
import { schemaStates } from './database.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

const migrationStates = ['current', 'failed'] as const

/** What the last attempt to migrate a workspace left. */
const migrationOutcome = Type.Object({
  state: OneOf(migrationStates),
  /** The last migration that was applied. */
  name: Nullable(Type.String()),
  at: Type.String(),
  /** Why it failed. */
  error: Nullable(Type.String()),
})

const metadataShape = Type.Object(
  {
    limits: Type.Optional(Type.Record(Type.String(), Nullable(Count))),
    migration: Type.Optional(migrationOutcome),
    suspended: Type.Optional(Type.Object({ at: Type.String(), reason: Nullable(Type.String()) })),
  },
  { additionalProperties: Type.Unknown() },
)

const workspace = {
  id: Id,
  name: Type.String(),
  domain: Type.String(),
  schemaName: Type.String(),
  subscriptionPlan: OneOf(plans),
  isActive: Type.Boolean(),
  /** Whether migrations of this version are missing, as the registry has it. */
  isBehind: Type.Boolean(),
  metadata: metadataShape,
  createdAt: Time,
  updatedAt: Time,
}

export const workspaceShape = Type.Object(workspace)

/** A workspace as it was before it was deleted. */
export const deletedWorkspaceShape = Type.Object({
  ...workspace,
  /** The file that keeps its records; null without one. */
  archive: Nullable(Type.String()),
})

export const shownWorkspaceShape = Type.Object({
  ...workspace,
  /** Of all tables, with indexes and whatever is stored out of line. */
  bytes: Count,
  limits: Type.Array(
    Type.Object({
      record: OneOf(limitedRecords),
      used: Count,
      /** Null: no limit. */
      most: Nullable(Count),
    }),
  ),
  migrations: Type.Object({ applied: Count, pending: Count, last: Nullable(Type.String()) }),
  lastImportAt: Nullable(Time),
  lastSessionAt: Nullable(Time),
})

export const registryShape = Type.Object({
  /** `user@host:port/database`, or `embedded <folder>`. */
  target: Type.String(),
  /** The role that makes workspaces. */
  owner: Type.String(),
  /** Roles that may enter every workspace, and make none. */
  everyday: Type.Array(Type.String()),
  /** Names of the migrations that were applied now. */
  applied: Type.Array(Type.String()),
  workspaces: Count,
})

export const workspaceLoginShape = Type.Object({
  domain: Type.String(),
  /** The role. */
  login: Type.String(),
  /** With its password, which is printed once; null for a login that was dropped. */
  url: Nullable(Type.String()),
})

const migrationResults = ['migrated', 'current', 'failed', 'skipped'] as const

export const migratedWorkspaceShape = Type.Object({
  workspace: Type.String(),
  /** `skipped`: not started, since others failed before. */
  result: OneOf(migrationResults),
  /** Names of migrations, in order. */
  applied: Type.Array(Type.String()),
  error: Nullable(Type.String()),
})

export const workspaceStatusShape = Type.Object({
  workspace: Type.String(),
  state: OneOf(['current', 'behind', 'failed']),
  /** The last migration that was applied. */
  last: Nullable(Type.String()),
  /** When it was last migrated, or failed to be. */
  at: Nullable(Time),
  error: Nullable(Type.String()),
  /** The state read from the schema itself; null unless it was read. */
  verified: Nullable(OneOf(schemaStates)),
})

export const workspaceOutcomeShape = Type.Object({
  workspace: Type.String(),
  exitCode: Type.Integer(),
  /** What the command prints as `data`; null where it prints nothing. */
  data: Type.Optional(Type.Unknown()),
  /** In place of `data`. */
  error: Type.Optional(
    Type.Object(
      {
        code: Type.String(),
        message: Type.String(),
        hint: Nullable(Type.String()),
        exitCode: Type.Integer(),
        retryable: Type.Boolean(),
      },
      { additionalProperties: Type.Unknown() },
    ),
  ),
})

export const workspaceDistributionShape = Type.Object({
  workspace: Type.String(),
  /** What stands in the way; empty: nothing. */
  obstacles: Type.Array(Type.String()),
  /** Whether it was distributed now. */
  isDistributed: Type.Boolean(),
})

export type WorkspaceDistribution = Type.Static<typeof workspaceDistributionShape>
export type WorkspaceOutcome = Type.Static<typeof workspaceOutcomeShape>
export type MigratedWorkspace = Type.Static<typeof migratedWorkspaceShape>
export type WorkspaceStatus = Type.Static<typeof workspaceStatusShape>
export type WorkspaceLogin = Type.Static<typeof workspaceLoginShape>
export type MigrationOutcome = Type.Static<typeof migrationOutcome>
export type WorkspaceMetadata = Type.Static<typeof metadataShape>
export type Workspace = Type.Static<typeof workspaceShape>
export type DeletedWorkspace = Type.Static<typeof deletedWorkspaceShape>
export type ShownWorkspace = Type.Static<typeof shownWorkspaceShape>
export type Registry = Type.Static<typeof registryShape>
