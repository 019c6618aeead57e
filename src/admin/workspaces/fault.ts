import type { RegistryFacts } from '../../data/workspaces/registry-facts.js'
import type { RoleFacts, WorkspaceFacts } from '../../data/workspaces/workspace-facts.js'
import type { FindingSeverity } from '../../domain/finding.js'
import { loginOf } from '../../engine/registry/entrance.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { FaultArea } from '../../shapes/workspace-fault.js'

/** An object of a workspace, or one outside of all, that differs from what `cto` creates. */
export interface Fault {
  area: FaultArea
  severity: FindingSeverity
  message: string
  /** What a person does; null where the statements repair it. */
  fix: string | null
  /** Statements that repair it, run by the operator, or by the owner or the login of the workspace. */
  repair: { as: 'operator' | 'owner' | 'login'; statements: readonly string[] } | null
}

/** What is known of a workspace that is examined. */
export interface Context {
  workspace: Workspace
  facts: WorkspaceFacts
  registry: RegistryFacts
  /** The table of applied migrations. */
  recordTable: string
  /** How a role becomes a member of the owner. */
  membership(member: string): string
}

/** The role that logs in to it; undefined where there is none. */
export function loginIn({ facts, workspace }: Pick<Context, 'facts' | 'workspace'>): RoleFacts | undefined {
  return facts.roles.find(({ name }) => name === loginOf(workspace.schemaName))
}

/** A fault that nothing repairs yet. */
export function error(area: FaultArea, message: string): Fault {
  return { area, severity: 'error', message, fix: null, repair: null }
}
