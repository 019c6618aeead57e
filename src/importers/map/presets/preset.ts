import type { SourceRules } from '../../validate/source-rules.js'
import type { BugColumn, MetricColumn, OwnColumn, ProjectColumn, UserColumn } from '../columns.js'

/** Our columns, each with the source's headers for it, the best first. If one is empty, the next is used. */
export type Aliases<Column extends OwnColumn> = Readonly<Partial<Record<Column, readonly string[]>>>

/** The format of the exports of one product. A new product needs one more file like these. */
export interface Preset extends SourceRules {
  /** The value of `--from`, and of externalSource. */
  name: string
  /** The product's name, for messages. */
  title: string
  bugs: Aliases<BugColumn>
  projects?: Aliases<ProjectColumn> | undefined
  users?: Aliases<UserColumn> | undefined
  metrics?: Aliases<MetricColumn> | undefined
  /** Headers that identify the product, though generic tables may have them too. */
  distinctiveHeaders?: readonly string[] | undefined
  /** Headers that any table may have one by one; all of them together are this product's list of issues. */
  typicalHeaders?: readonly string[] | undefined
  /** Its other headers and words are common to all tables: a file without a distinctive header is not its export. */
  needsDistinctiveHeader?: true | undefined
  /** Columns that together identify a bug, unless the file has one of these headers. */
  compoundKey?: { unless: readonly string[]; columns: readonly BugColumn[] } | undefined
  /** The product's own spelling of its values, which distinguishes products with the same headers. */
  vocabulary: Readonly<Partial<Record<'severity' | 'status' | 'resolution', readonly string[]>>>
}
