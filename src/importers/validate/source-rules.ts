import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { TimeUnit } from './numbers.js'

/** Our values, each with the source's words for it. */
export type Words<Ours extends string> = Readonly<Partial<Record<Ours, readonly string[]>>>

/** Reads the moment of creation from a key; null for a key that holds none. */
export type CreationInKey = (key: string) => Date | null

/** How the values of one product are read, where it differs from the others. */
export interface SourceRules {
  /** Words that mean something else than in the common tables. */
  severities?: Words<BugSeverity> | undefined
  statuses?: Words<BugStatus> | undefined
  /** The fields read from labels, if the product has no column for them: `severity::1`, `in progress`. */
  labelsSay?: readonly ('severity' | 'status')[] | undefined
  /** A record with a resolution date is closed, whatever its status column holds. */
  resolvedWhenDated?: boolean | undefined
  /** Statuses that mean closed once there is a resolution. */
  closedWhenResolved?: readonly string[] | undefined
  /** Whether resolutions are other words than statuses: then the user's mapping of a resolution decides. */
  answersForResolutions?: boolean | undefined
  /** The unit of plain numbers in time columns; default: hours. */
  hours?: TimeUnit | undefined
  /** Whether what is no number in the column of the immutable id is another kind of id. */
  numericUids?: boolean | undefined
  /** What the product puts in front of a cell that a spreadsheet would run as a formula. */
  formulaGuard?: string | undefined
  /** Whether the product marks blockers in the severity column. */
  severityTellsBlocker?: boolean | undefined
  /** Whether the name of a person stands before a date: `Ann Lee Mar 1, 2024 9:15 AM`. */
  namesBeforeDates?: boolean | undefined
  /** The moment of creation that the product's keys hold; null for a key that holds none. Used where no column has it. */
  creationInKey?: ((key: string, now: Date) => Date | null) | undefined
}
