import * as Type from 'typebox'
import { importCounts, valueLineShape } from './import.js'
import { Count, Day, Id, Nullable, OneOf, Time } from './shape.js'

const common = {
  /** Null after a dry run, and where nothing came in. */
  importId: Nullable(Id),
  dryRun: Type.Boolean(),
  ...importCounts,
  /** Per field, the most frequent first. */
  values: Type.Record(Type.String(), Type.Array(valueLineShape)),
  /** What is rejected here is in no file: `cto import show` lists it. */
  rejectsFile: Type.Null(),
  timings: Type.Object({ readMs: Count, loadMs: Count }),
  /** Null where the repository came in. */
  failure: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
}

/** What came of one clone. Its records are days. */
const gitReportShape = Type.Object({
  ...common,
  /** Commits of the default branch; null without --commits. */
  storedCommits: Nullable(Count),
  /** What became of them; skipped are those older than the commits that the repository keeps. */
  commitCounts: Nullable(Type.Object({ created: Count, updated: Count, unchanged: Count, skipped: Count })),
  /** The name of the project that this import created; null where it was there. */
  createdProject: Nullable(Type.String()),
  /** `owner/name` of the repository that it created for the commits, likewise. */
  createdRepository: Nullable(Type.String()),
  detected: Type.Object({
    /** The folder's name. */
    repository: Type.String(),
    projectId: Nullable(Id),
    githubUrl: Nullable(Type.String()),
    head: Nullable(Type.String()),
    shallow: Type.Boolean(),
    commits: Count,
    firstDay: Nullable(Day),
    lastDay: Nullable(Day),
    linesOfCode: Count,
    techStack: Type.Array(Type.String()),
  }),
})

/** One clone is one thing, several are a list. */
export const gitReportsShape = Type.Union([gitReportShape, Type.Array(gitReportShape)])

const goneBugShape = Type.Object({
  bugNumber: Type.String(),
  /** The URL that it had. */
  externalId: Type.String(),
  /** The URL that it was transferred to; null where it was deleted. */
  movedTo: Nullable(Type.String()),
  outcome: OneOf(['kept', 'deferred', 'closed', 'renamed']),
})

export type GoneBug = Type.Static<typeof goneBugShape>

/** Facts of delivery that were read, whether they were new or not. */
const deliverySyncShape = Type.Object({
  /** Null after a dry run. */
  importId: Nullable(Id),
  /** Whether it continued a sync that did not reach its end. */
  isResumed: Type.Boolean(),
  pullRequests: Count,
  reviews: Count,
  comments: Count,
  commits: Count,
  issues: Count,
  deployments: Count,
})

export type DeliverySync = Type.Static<typeof deliverySyncShape>

/** What came of one repository on GitHub. Its records are the repository itself and its issues. */
const githubReportShape = Type.Object({
  ...common,
  /** Bugs that have a new key; the old one still finds them. */
  renamed: Count,
  /** Bugs that have lost their key to another bug. */
  released: Count,
  /** Closed months whose figures this import changed, which differ from the stored ones: `2026-10-01`. */
  closedMonths: Type.Array(Day),
  /** Unresolved bugs that are issues of the repository no longer; empty without --full. */
  gone: Type.Array(goneBugShape),
  /** Null without --delivery. */
  delivery: Nullable(deliverySyncShape),
  detected: Type.Object({
    /** `owner/name`. */
    repository: Type.String(),
    projectId: Nullable(Id),
    githubUrl: Nullable(Type.String()),
    apiUrl: Type.String(),
    /** Issues changed since then; null for all. */
    since: Nullable(Time),
    /** Data that has not changed since the last import, and was not read again. */
    notModified: Type.Array(Type.String()),
  }),
})

/** A repository that was named is one thing; those of an owner are a list. */
export const githubReportsShape = Type.Union([githubReportShape, Type.Array(githubReportShape)])

export type GitReport = Type.Static<typeof gitReportShape>
export type GithubReport = Type.Static<typeof githubReportShape>

/** What came of the sync of each repository. */
export const repositorySyncsShape = Type.Array(
  Type.Object({
    /** `owner/name`. */
    repository: Type.String(),
    /** Null where it failed. */
    delivery: Nullable(deliverySyncShape),
    failure: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  }),
)

export type RepositorySync = Type.Static<typeof repositorySyncsShape>[number]
