import type {
  AuditEntry,
  Bug,
  BugChange,
  BugStats,
  DatabaseInfo,
  FoundBug,
  FoundProject,
  Health,
  ImportLog,
  MonthWithChange,
  Overview,
  Project,
  ProjectDay,
  ProjectWithBugs,
  TeamMember,
  User,
  Workload,
} from './records.js'

/*
 * What the package offers to other programs. The build copies this file into the package as declarations: it holds types
 * alone, and imports only those of records.ts.
 *
 * A bug is named by its number (`BUG-1001`), external id or UUID; a project by name, GitHub URL or UUID; a user by email,
 * name or UUID. Money and hours are decimal strings, since a float would lose cents.
 */

export interface ConnectOptions {
  /** `postgresql://…`; without `url` and `home`, the database that the environment chooses. */
  url?: string | undefined
  /**
   * A hot standby of the database at `url`, which questions are put to. Without `url`, READ_DATABASE_URL of the environment
   * names it.
   */
  readUrl?: string | undefined
  /** The folder of an embedded database, created if it is missing. Its lock is held until `close`, unless it is served. */
  home?: string | undefined
  schema?: string | undefined
  /** Domain or id of the workspace to enter; absent: that of CTO_WORKSPACE, or none. */
  workspace?: string | undefined
  /** The acting user, whom history and the audit log name; absent: they name no user. */
  user?: string | undefined
  /** The clock; default: that of the machine. */
  now?: (() => Date) | undefined
  /** PostgreSQL refuses every write. */
  readOnly?: boolean | undefined
  /** Called where a question that the standby could answer is put to the database itself, with why. */
  onReadFromPrimary?: ((reason: string) => void) | undefined
  /** Called for each statement that takes longer than SLOW_QUERY_THRESHOLD_MS (1000); without its values. */
  onSlowQuery?: ((sql: string, durationMs: number) => void) | undefined
}

export interface Page<Item> {
  data: Item[]
  /** Every match, not only this page; null if not all were counted. */
  total: number | null
  /** Give it as `cursor`, with the same filters and order, for the next page; null: there is none. */
  nextCursor: string | null
}

export interface PageOptions {
  /** At most this many (50); 0 for all. */
  limit?: number | undefined
  cursor?: string | undefined
  /** `priorityScore:desc,createdAt`, by field name. */
  sort?: string | undefined
}

/** Half-open: `from` is included, `to` is not. */
export interface Span {
  from?: Date | undefined
  to?: Date | undefined
}

/** Any of the values of one filter, and all filters. In a list of people or projects, null is a bug without one. */
export interface BugFilter {
  severity?: readonly Bug['severity'][] | undefined
  status?: readonly Bug['status'][] | undefined
  project?: readonly (string | null)[] | undefined
  assignee?: readonly (string | null)[] | undefined
  creator?: readonly (string | null)[] | undefined
  /** Of the project. */
  tag?: readonly string[] | undefined
  label?: readonly string[] | undefined
  sla?: readonly Bug['sla']['state'][] | undefined
  blocker?: boolean | undefined
  created?: Span | undefined
  updated?: Span | undefined
  resolved?: Span | undefined
  /** A part of title or description. */
  text?: string | undefined
}

export interface ProjectFilter {
  status?: readonly Project['status'][] | undefined
  language?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  /** A part of name or description. */
  text?: string | undefined
}

/** A number with what it is of; `value` is null where there is no data. */
export interface Figure {
  id: string
  value: number | string | null
  /** How many bugs, events or projects it is computed from. */
  n: number
  unit: string
  asOf: Date
  window: { from: Date; to: Date } | null
}

/** Each throws a CtoError: NOT_FOUND or AMBIGUOUS for a name, UNREACHABLE, BUSY, LOCKED, TIMEOUT. */
export interface Questions {
  bug(name: string): Promise<Bug>
  /** Every status, unless `status` names some; the highest priority first. */
  bugs(filter?: BugFilter, page?: PageOptions): Promise<Page<Bug>>
  /** Open critical bugs; `sla` has the time left or past. */
  criticalBugs(page?: PageOptions): Promise<Page<Bug>>
  /** The best first; tolerates typos. */
  searchBugs(text: string, filter?: BugFilter, page?: { limit?: number }): Promise<Page<FoundBug>>
  /** Counts by severity and status, blockers, time to resolution. */
  bugStats(filter?: BugFilter): Promise<BugStats>
  /** The changes of a bug, the oldest first. */
  bugHistory(name: string, page?: PageOptions): Promise<Page<BugChange>>
  /** With its counts, its latest metrics and its most urgent open bugs (20). */
  project(name: string, options?: { bugs?: number }): Promise<ProjectWithBugs>
  /** With counts of bugs, revenue at risk, SLA breaches. */
  projects(filter?: ProjectFilter, page?: PageOptions): Promise<Page<Project>>
  /** Active projects, as `projects`. */
  activeProjects(page?: PageOptions): Promise<Page<Project>>
  searchProjects(text: string, page?: { limit?: number }): Promise<Page<FoundProject>>
  /** Counts, sums and rankings of the portfolio, and the revenue at risk of each project; `ranked` in each ranking (5). */
  overview(options?: { ranked?: number }): Promise<Overview>
  /** Commits, contributors, lines and health of the last days (30), of one project or all. */
  projectDays(options?: { project?: string; days?: number }): Promise<ProjectDay[]>
  /** The stored months among the last ones (12), each with its change. */
  months(options?: { months?: number }): Promise<MonthWithChange[]>
  /** Throughput, time to resolution, reopen rate, estimates, SLA, over the last days (30). */
  engineering(options?: { days?: number; filter?: BugFilter }): Promise<Figure[]>
  /** Who resolved what in the last days (30), and has what to do. */
  team(options?: { days?: number; filter?: BugFilter }): Promise<TeamMember[]>
  /** The dashboard, in one round trip. */
  kpis(options?: { filter?: BugFilter }): Promise<Figure[]>
  users(page?: PageOptions): Promise<Page<User>>
  user(name: string): Promise<User>
  /** Of one user, or of all. */
  workload(options?: { user?: string } & PageOptions): Promise<Page<Workload>>
  /** Imports, the newest first; with `latest` only the last of each source. */
  imports(options?: { latest?: boolean } & PageOptions): Promise<Page<ImportLog>>
  /** Who did what, the newest first. */
  audit(page?: PageOptions): Promise<Page<AuditEntry>>
}

/** Fields of a bug that programs set. */
export interface BugFields {
  title?: string | undefined
  description?: string | null | undefined
  severity?: Bug['severity'] | undefined
  /** A step of the lifecycle. */
  status?: Bug['status'] | undefined
  assignee?: string | null | undefined
  creator?: string | null | undefined
  project?: string | null | undefined
  slaHours?: number | undefined
  businessImpact?: string | null | undefined
  /** Per day. */
  revenueImpact?: string | null | undefined
  isBlocker?: boolean | undefined
  estimatedHours?: string | null | undefined
  actualHours?: string | null | undefined
  labels?: readonly string[] | undefined
  /** A number pins the score; `auto` goes back to the formula. */
  priority?: number | 'auto' | undefined
}

export interface ChangeOptions {
  /** Kept in the history, also where no field changes. */
  note?: string | undefined
  /** Allow steps outside the lifecycle. */
  force?: boolean | undefined
  /** CONFLICT where it was changed after this moment. */
  ifUnchangedSince?: Date | undefined
}

type Settable<Row, Name extends keyof Row> = { [Field in Name]?: Row[Field] | undefined }

export type ProjectFields = Settable<
  Project,
  | 'name'
  | 'description'
  | 'githubUrl'
  | 'demoUrl'
  | 'status'
  | 'language'
  | 'tags'
  | 'stars'
  | 'forks'
  | 'lastCommit'
  | 'arr'
  | 'year1Revenue'
  | 'year3Revenue'
  | 'roiScore'
  | 'dcfValuation'
  | 'monthlyInfraCost'
  | 'tam'
  | 'sam'
  | 'somYear3'
  | 'tractionMrr'
  | 'marginPercent'
  | 'complexity'
  | 'clientAppeal'
  | 'currentMilestone'
  | 'totalMilestones'
>

export type UserFields = Settable<User, 'email' | 'name' | 'role' | 'avatarUrl' | 'isActive'>

/** Each writes history and the audit log too, and throws a CtoError: INVALID_VALUE, ILLEGAL_STEP, CONFLICT, NOT_FOUND. */
export interface Changes {
  createBug(fields: BugFields & { title: string; severity: Bug['severity'] }): Promise<Bug>
  updateBug(name: string, fields: BugFields, options?: ChangeOptions): Promise<Bug>
  /** A note in its history, without a change. */
  noteBug(name: string, note: string): Promise<void>
  deleteBug(name: string): Promise<void>
  createProject(fields: ProjectFields & { name: string }): Promise<Project>
  updateProject(
    name: string,
    fields: ProjectFields,
    options?: Pick<ChangeOptions, 'ifUnchangedSince'>,
  ): Promise<Project>
  deleteProject(name: string): Promise<void>
  createUser(fields: UserFields & { email: string; name: string }): Promise<User>
  updateUser(name: string, fields: UserFields): Promise<User>
  deleteUser(name: string): Promise<void>
}

/** An open database. Questions asked of it directly are retried where the connection breaks. */
export interface Cto extends Questions {
  /** Several questions of one moment: all see the same snapshot. Retried, so `work` may run again. */
  read<T>(work: (snapshot: Questions) => Promise<T>): Promise<T>
  /** One transaction: all or nothing. Retried where the server rolled it back, so `work` may run again. */
  write<T>(work: (tx: Questions & Changes) => Promise<T>): Promise<T>
  /** Several changes in one transaction, one after the other; returns their results in order. */
  batch<T>(works: readonly ((tx: Questions & Changes) => Promise<T>)[]): Promise<T[]>
  /** Whether it answers, how fast, and what to do. Never throws for a database that cannot be reached. */
  health(): Promise<Health>
  /** Server, schema, migrations, rows and bytes of each table. */
  info(): Promise<DatabaseInfo>
  /** What this program asked of the database. */
  counters(): DatabaseInfo['counters']
  close(): Promise<void>
}
