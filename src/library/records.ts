import type { ShapeName } from '../shapes/index.js'

export type { AuditEntry } from '../shapes/audit.js'
export type { BugChangeRow as BugChange } from '../shapes/bug-change.js'
export type { BugStats } from '../shapes/bug-stats.js'
export type { Bug, FoundBug } from '../shapes/bug.js'
export type { DatabaseInfo } from '../shapes/database.js'
export type { Health } from '../shapes/administration.js'
export type { ImportLog } from '../shapes/import.js'
export type { MonthWithChange } from '../shapes/metric.js'
export type { ProjectDay, TeamMember } from '../shapes/metric-report.js'
export type { Overview } from '../shapes/overview.js'
export type { FoundProject, Project, ProjectWithBugs } from '../shapes/project.js'
export type { User } from '../shapes/user.js'
export type { Workload } from '../shapes/workload.js'

/** The shape of each type above that JSON has too: the build writes the declarations of the package from them. */
export const recordShapes = {
  AuditEntry: 'auditEntry',
  Bug: 'bug',
  BugChange: 'bugChange',
  BugStats: 'bugStats',
  DatabaseInfo: 'database',
  FoundBug: 'foundBug',
  FoundProject: 'foundProject',
  Health: 'health',
  ImportLog: 'importLog',
  MonthWithChange: 'monthWithChange',
  Overview: 'overview',
  Project: 'project',
  ProjectDay: 'projectDay',
  ProjectWithBugs: 'projectWithBugs',
  TeamMember: 'teamMember',
  User: 'user',
  Workload: 'workload',
} as const satisfies Record<string, ShapeName>
