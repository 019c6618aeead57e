import type { Command } from 'commander'
import type { Context } from '../context.js'

/** A group of verbs, or a command without one. */
export interface Group {
  name: string
  summary: string
  /** Adds the verbs; loaded only when the line names the group. */
  load(): Promise<(group: Command, ctx: Context) => void>
}

/** In the order of help. */
export const groups: readonly Group[] = [
  {
    name: 'demo',
    summary: 'See it work: sample data, an import, the KPIs',
    load: async () => (await import('../commands/demo/index.js')).addDemo,
  },
  {
    name: 'status',
    summary: 'Where am I: database, user, counts, last import',
    load: async () => (await import('../commands/status/index.js')).addStatus,
  },
  {
    name: 'bugs',
    summary: 'Find bugs, take them, ship them',
    load: async () => (await import('../commands/bugs/index.js')).addBugs,
  },
  {
    name: 'projects',
    summary: 'What the organisation builds',
    load: async () => (await import('../commands/projects/index.js')).addProjects,
  },
  {
    name: 'users',
    summary: 'The people',
    load: async () => (await import('../commands/users/index.js')).addUsers,
  },
  {
    name: 'import',
    summary: 'Bring in exports of other trackers',
    load: async () => (await import('../commands/import/index.js')).addImport,
  },
  {
    name: 'metrics',
    summary: 'Figures, snapshots and gates',
    load: async () => (await import('../commands/metrics/index.js')).addMetrics,
  },
  {
    name: 'report',
    summary: 'Every figure on one page of HTML',
    load: async () => (await import('../commands/report/index.js')).addReport,
  },
  {
    name: 'audit',
    summary: 'Who did what',
    load: async () => (await import('../commands/audit/index.js')).addAudit,
  },
  {
    name: 'db',
    summary: 'Create, migrate and inspect the database',
    load: async () => (await import('../commands/db/index.js')).addDb,
  },
  {
    name: 'config',
    summary: 'Settings: what holds, and who said so',
    load: async () => (await import('../commands/config/index.js')).addConfig,
  },
  {
    name: 'commands',
    summary: 'List every command with its flags and exit codes, for programs and people',
    load: async () => (await import('../commands/commands/index.js')).addCommands,
  },
  {
    name: 'completion',
    summary: 'Print the script that completes cto in your shell',
    load: async () => (await import('../commands/completion/index.js')).addCompletion,
  },
  {
    name: 'help',
    summary: 'Show the page of a command, or a topic',
    load: async () => (await import('../commands/help/index.js')).addHelp,
  },
]

/** Groups that are themselves commands. */
export const alone = ['demo', 'status', 'commands', 'completion', 'help', 'report']
