import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { UserRole } from '../../domain/user.js'

/** Words for severities with the same meaning in every product. Major is not among them: Bugzilla and Jira differ. */
export const commonSeverities: Readonly<Record<BugSeverity, readonly string[]>> = {
  critical: [
    'Critical',
    'Highest',
    'Urgent',
    'Immediate',
    'Blocker',
    'P0',
    'P1',
    'S1',
    'sev-0',
    'sev-1',
    'fatal',
  ],
  high: ['High', 'P2', 'S2', 'sev-2', 'error'],
  medium: ['Medium', 'Normal', 'Moderate', 'P3', 'S3', 'sev-3', 'warning'],
  low: ['Low', 'Lowest', 'Minor', 'Trivial', 'enhancement', 'P4', 'P5', 'S4', 'sev-4', 'info', 'debug'],
}

export const commonStatuses: Readonly<Record<BugStatus, readonly string[]>> = {
  pending: [
    'pending',
    'Open',
    'New',
    'To Do',
    'Tareas por hacer',
    'Por hacer',
    'Untriaged',
    'Unassigned',
    'Backlog',
    'Triage',
    'UNCONFIRMED',
    'CONFIRMED',
    'REOPENED',
    'NEEDINFO',
    'Waiting',
    'Proposed',
    'Approved',
    'opened',
    'unscheduled',
    'planned',
    'Not Started',
  ],
  in_progress: [
    'In Progress',
    'En curso',
    'In Review',
    'En revisión',
    'Patch Available',
    'ASSIGNED',
    'STARTED',
    'Active',
    'Committed',
    'Doing',
  ],
  verified: ['Verified', 'Verified - UAT', 'Ready for Release'],
  shipped: ['Shipped', 'Released', 'Delivered', 'Deployed', 'Live'],
  deferred: ['Deferred', 'LATER', 'REMIND', 'Postponed', 'On Hold', 'Icebox', 'ignored', 'archived'],
  closed: [
    'Closed',
    'Resolved',
    'Done',
    'Completed',
    'Complete',
    'Solved',
    'Listo',
    'Finalizada',
    'Cancelled',
    'Canceled',
    'Abandoned',
    'Duplicate',
    'Obsolete',
    'Declined',
    'Rejected',
    "Won't fix",
    'Works for me',
    'Incomplete',
    'Invalid',
  ],
}

/** Resolutions that mean closed, if neither status nor category decides. */
export const closingResolutions: readonly string[] = [
  'Fixed',
  'Implemented',
  "Won't Do",
  'Moved',
  'Expired',
  'Inactive',
  'Cannot Reproduce',
  'Not A Bug',
  'Not A Problem',
  'Workaround',
  'Information Provided',
]

export const projectStatusWords: Readonly<Record<ProjectStatus, readonly string[]>> = {
  active: ['Active', 'Open', 'In Progress', 'Ongoing', 'Started'],
  shipped: ['Shipped', 'Released', 'Launched', 'Live', 'Done', 'Completed'],
  deferred: ['Deferred', 'On Hold', 'Paused', 'Postponed', 'Backlog', 'Planned', 'Archived'],
  cancelled: ['Cancelled', 'Canceled', 'Abandoned', 'Dropped'],
}

export const roleWords: Readonly<Record<UserRole, readonly string[]>> = {
  cto: ['CTO'],
  manager: ['Manager', 'Engineering Manager', 'Project Manager', 'Team Lead'],
  engineer: ['Engineer', 'Developer', 'Software Engineer'],
  senior_engineer: ['Senior Engineer', 'Senior Developer', 'Senior Software Engineer'],
  qa_engineer: ['QA Engineer', 'QA', 'Tester'],
}
