import { allKinds, historyOf, kinds } from './kinds.js'

/** The figures of a day of a project, of a month, and of a day of all projects. */
const figureTables = ['project_metrics', 'monthly_metrics', 'portfolio_metrics'] as const

/** What tools did in sessions: every call, and their sums. */
const toolTables = ['tool_metrics', 'tool_events'] as const

/** The tables of repositories and of what happens in them, of alerts, keys and secrets. */
const deliveryTables = [
  'organizations',
  'user_organizations',
  'repositories',
  'accounts',
  'erased_identities',
  'events',
  'commits',
  'pull_requests',
  'pull_request_reviews',
  'issues',
  'deployments',
  'repository_stats',
  'team_metrics',
  'developer_metrics',
  'ai_reviews',
  'notification_rules',
  'notification_logs',
  'api_keys',
  'secrets',
] as const

/** The tables of records, their history and their figures; not the settings and the audit log. */
export const countedTables = [
  ...allKinds.map((kind) => kinds[kind].table),
  ...allKinds.flatMap((kind) => historyOf(kind)?.table ?? []),
  ...figureTables,
  ...toolTables,
  ...deliveryTables,
]

type JsonName<Table extends string> = Table extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<JsonName<Rest>>}`
  : Table

/** The name of a table in JSON: `import_logs` is `importLogs`. */
export function jsonNameOf<Table extends string>(table: Table): JsonName<Table> {
  return table.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as JsonName<Table>
}
