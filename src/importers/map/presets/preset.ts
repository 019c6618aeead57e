import type { BugSeverity, BugStatus } from '../../../domain/bug.js'
import type { TimeUnit } from '../../validate/numbers.js'
import type { BugColumn, OwnColumn, ProjectColumn, UserColumn } from '../columns.js'

/** Our columns, each with the headers it goes by in the source, the best first. A later one fills in for an empty earlier one. */
export type Aliases<Column extends OwnColumn> = Readonly<Partial<Record<Column, readonly string[]>>>

/** Our values, each with the source's words for it. */
export type Words<Ours extends string> = Readonly<Partial<Record<Ours, readonly string[]>>>

/** What is known about the exports of one product. A new product is one more file like these. */
export interface Preset {
  /** As `--from` takes it, and as externalSource stores it. */
  name: string
  /** As people call it. */
  title: string
  bugs: Aliases<BugColumn>
  projects?: Aliases<ProjectColumn> | undefined
  users?: Aliases<UserColumn> | undefined
  /** Where the product's words mean something else than in the common tables. */
  severities?: Words<BugSeverity> | undefined
  statuses?: Words<BugStatus> | undefined
  /** The fields that labels speak for where the product has no column of its own: `severity::1`, `in progress`. */
  labelsSay?: readonly ('severity' | 'status')[] | undefined
  /** Columns that only together name a bug, where none of these headers does. */
  compoundKey?: { unless: readonly string[]; columns: readonly BugColumn[] } | undefined
  /** Whatever else is said of it, what has a date of resolution is closed. */
  resolvedWhenDated?: boolean | undefined
  /** Statuses that are final once there is a resolution: closed then. */
  closedWhenResolved?: readonly string[] | undefined
  /** What the time columns are in; default: hours. */
  hours?: TimeUnit | undefined
  /** Whether the severity column is where the product says that a bug blocks. */
  severityTellsBlocker?: boolean | undefined
  /** The product's own spelling of its values: what tells two products with the same headers apart. */
  vocabulary: Readonly<Partial<Record<'severity' | 'status' | 'resolution', readonly string[]>>>
}
