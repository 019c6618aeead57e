import type { SourceRules } from '../../validate/source-rules.js'
import type { BugColumn, OwnColumn, ProjectColumn, UserColumn } from '../columns.js'

/** Our columns, each with the source's headers for it, the best first. A later one fills in for an empty earlier one. */
export type Aliases<Column extends OwnColumn> = Readonly<Partial<Record<Column, readonly string[]>>>

/** What is known about the exports of one product. A new product is one more file like these. */
export interface Preset extends SourceRules {
  /** As `--from` takes it, and as externalSource stores it. */
  name: string
  /** The product's name, for messages. */
  title: string
  bugs: Aliases<BugColumn>
  projects?: Aliases<ProjectColumn> | undefined
  users?: Aliases<UserColumn> | undefined
  /** Headers that plain tables may have too, but hardly by chance: they show the product as headers of its own do. */
  tellingHeaders?: readonly string[] | undefined
  /** Columns that together identify a bug, where none of these headers does. */
  compoundKey?: { unless: readonly string[]; columns: readonly BugColumn[] } | undefined
  /** The product's own spelling of its values: what tells two products with the same headers apart. */
  vocabulary: Readonly<Partial<Record<'severity' | 'status' | 'resolution', readonly string[]>>>
}
