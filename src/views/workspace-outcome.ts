import type { RecordView } from '../output/field.js'
import type { WorkspaceDistribution, WorkspaceOutcome } from '../shapes/workspace.js'

export const workspaceOutcomeView: RecordView<WorkspaceOutcome> = {
  name: 'outcome',
  plural: 'outcomes',
  shape: 'workspaceOutcome',
  id: ({ workspace }) => workspace,
  defaults: ['workspace', 'exitCode', 'data', 'error'],
  fields: [
    { name: 'workspace', header: 'WORKSPACE' },
    { name: 'exitCode', header: 'EXIT CODE', align: 'right' },
    { name: 'data', header: 'DATA', shrink: 1 },
    { name: 'error', header: 'ERROR', shrink: 2 },
  ],
}

export const workspaceDistributionView: RecordView<WorkspaceDistribution> = {
  name: 'workspace',
  plural: 'workspaces',
  shape: 'workspaceDistribution',
  id: ({ workspace }) => workspace,
  defaults: ['workspace', 'isDistributed', 'obstacles'],
  fields: [
    { name: 'workspace', header: 'WORKSPACE' },
    { name: 'isDistributed', header: 'DISTRIBUTED NOW' },
    { name: 'obstacles', header: 'IN THE WAY', shrink: 1, wrap: true },
  ],
}

/** A record of any kind, with the workspace that it is in. */
export type InWorkspace<Row extends object> = Row & { workspace: string }

/** A view of records of several workspaces, whose first column names theirs. */
export function inWorkspaces<Row extends object>(
  view: RecordView<Row>,
  names: readonly string[] = view.defaults,
): RecordView<InWorkspace<Row>> {
  return {
    ...view,
    id: (row) => `${row.workspace} ${view.id(row)}`,
    defaults: ['workspace', ...names.filter((name) => name !== 'workspace')],
    fields: [
      { name: 'workspace', header: 'WORKSPACE' },
      ...view.fields.filter(({ name }) => name !== 'workspace'),
    ],
  }
}
