import type { CommandBehaviour, CommandDefinition } from '../commands/definition.js'

/** A group of verbs, or a command without one. */
export interface Group {
  name: string
  summary: string
  /** The verbs, or the command without a group; loaded only when the line names it. */
  load(): Promise<CommandBehaviour | readonly CommandDefinition[]>
}

/** In the order of help. */
export const groups: readonly Group[] = [
  {
    name: 'demo',
    summary: 'Try cto on sample data: an import, the KPIs',
    load: async () => (await import('../commands/demo/index.js')).demoCommand,
  },
  {
    name: 'status',
    summary: 'Show the database, the acting user, counts, the last import',
    load: async () => (await import('../commands/status/index.js')).statusCommand,
  },
  {
    name: 'bugs',
    summary: 'Find, create and change bugs',
    load: async () => (await import('../commands/bugs/index.js')).bugsGroup,
  },
  {
    name: 'projects',
    summary: 'Projects of the organisation',
    load: async () => (await import('../commands/projects/index.js')).projectsGroup,
  },
  {
    name: 'users',
    summary: 'Users and their workload',
    load: async () => (await import('../commands/users/index.js')).usersGroup,
  },
  {
    name: 'import',
    summary: 'Import exports of other trackers',
    load: async () => (await import('../commands/import/index.js')).importGroup,
  },
  {
    name: 'events',
    summary: 'What repositories report: webhook deliveries, archives',
    load: async () => (await import('../commands/events/index.js')).eventsGroup,
  },
  {
    name: 'sessions',
    summary: 'Working sessions of people and their tools',
    load: async () => (await import('../commands/sessions/index.js')).sessionsGroup,
  },
  {
    name: 'tools',
    summary: 'What tools did in sessions: calls, errors, tokens, cost',
    load: async () => (await import('../commands/tools/index.js')).toolsGroup,
  },
  {
    name: 'metrics',
    summary: 'Figures, snapshots and gates',
    load: async () => (await import('../commands/metrics/index.js')).metricsGroup,
  },
  {
    name: 'dashboards',
    summary: 'Pages of figures that users lay out',
    load: async () => (await import('../commands/dashboards/index.js')).dashboardsGroup,
  },
  {
    name: 'report',
    summary: 'Every figure on one page of HTML',
    load: async () => (await import('../commands/report/index.js')).reportCommand,
  },
  {
    name: 'reviews',
    summary: 'Findings of review tools, and the risk of pull requests',
    load: async () => (await import('../commands/reviews/index.js')).reviewsGroup,
  },
  {
    name: 'orgs',
    summary: 'Organizations that own repositories',
    load: async () => (await import('../commands/orgs/index.js')).orgsGroup,
  },
  {
    name: 'repos',
    summary: 'Repositories of the organizations',
    load: async () => (await import('../commands/repos/index.js')).reposGroup,
  },
  {
    name: 'accounts',
    summary: 'Logins and e-mail addresses, and whose they are',
    load: async () => (await import('../commands/accounts/index.js')).accountsGroup,
  },
  {
    name: 'prs',
    summary: 'Pull requests and their moments',
    load: async () => (await import('../commands/prs/index.js')).prsGroup,
  },
  {
    name: 'issues',
    summary: 'Issues of repositories',
    load: async () => (await import('../commands/issues/index.js')).issuesGroup,
  },
  {
    name: 'commits',
    summary: 'Commits of repositories',
    load: async () => (await import('../commands/commits/index.js')).commitsGroup,
  },
  {
    name: 'deployments',
    summary: 'Deployments and what they shipped',
    load: async () => (await import('../commands/deployments/index.js')).deploymentsGroup,
  },
  {
    name: 'notify',
    summary: 'Alerts: rules, and the messages that they send',
    load: async () => (await import('../commands/notify/index.js')).notifyGroup,
  },
  {
    name: 'keys',
    summary: 'API keys of programs',
    load: async () => (await import('../commands/keys/index.js')).keysGroup,
  },
  {
    name: 'secrets',
    summary: 'Secrets of alerts and organizations, encrypted',
    load: async () => (await import('../commands/secrets/index.js')).secretsGroup,
  },
  {
    name: 'audit',
    summary: 'The log of changes: who did what',
    load: async () => (await import('../commands/audit/index.js')).auditGroup,
  },
  {
    name: 'db',
    summary: 'Create, migrate and inspect the database',
    load: async () => (await import('../commands/db/index.js')).dbGroup,
  },
  {
    name: 'workspaces',
    summary: 'Many organisations in one database, each in a schema of its own',
    load: async () => (await import('../commands/workspaces/index.js')).workspacesGroup,
  },
  {
    name: 'config',
    summary: 'Settings in effect, and where each is set',
    load: async () => (await import('../commands/config/index.js')).configGroup,
  },
  {
    name: 'commands',
    summary: 'List every command with its flags and exit codes, for programs and people',
    load: async () => (await import('../commands/commands/index.js')).commandsCommand,
  },
  {
    name: 'completion',
    summary: 'Print the script that completes cto in your shell',
    load: async () => (await import('../commands/completion/index.js')).completionCommand,
  },
  {
    name: 'help',
    summary: 'Show the page of a command, or a topic',
    load: async () => (await import('../commands/help/index.js')).helpCommand,
  },
]

/** Groups that are themselves commands. */
export const alone = ['demo', 'status', 'commands', 'completion', 'help', 'report']
