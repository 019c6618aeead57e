import type { ImportedProject } from '../../data/imports/import-projects.js'
import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { PlainBugField } from '../../domain/bug-fields.js'
import type { UserRole } from '../../domain/user.js'
import type { NamedPerson } from './people.js'

/**
 * Records with our own fields. A field whose column the file lacks has its default; `present` of the plan lists
 * the fields of the file, so that an import never overwrites others.
 */
export interface ImportedBug extends Partial<Record<PlainBugField, string | null>> {
  externalSource: string
  externalId: string
  /** The immutable id in the source; null where it has none. */
  externalUid: string | null
  /** `BUG-12`, if the source's own number is kept. */
  bugNumber: string | null
  externalUrl: string | null
  title: string
  description: string | null
  severity: BugSeverity
  status: BugStatus
  /** Undefined: an unknown person. */
  assignee: NamedPerson | null | undefined
  creator: NamedPerson | null | undefined
  /** A project's name. */
  project: string | null
  createdAt: Date | null
  updatedAt: Date | null
  /** Only where the status is shipped or closed. */
  resolvedAt: Date | null
  /** Decimal(10,2), as text. */
  estimatedHours: string | null
  actualHours: string | null
  isBlocker: boolean
  labels: readonly string[]
}

export interface ImportedUser {
  /** Lower-case; the identity. */
  email: string
  name: string
  role: UserRole
  isActive: boolean
}

/** Figures of one day of a project. Null: the file does not say. */
export interface ImportedMetrics {
  /** A name, or the address of a repository on GitHub. */
  project: string
  /** `2026-01-31`. */
  date: string
  commitsCount: number | null
  contributors: number | null
  linesOfCode: number | null
  techStack: readonly string[] | null
  /** 0 to 100. */
  healthScore: number | null
}

export type { ImportedProject }

/** The record that each kind of import yields. */
export interface Imported {
  bugs: ImportedBug
  projects: ImportedProject
  users: ImportedUser
  metrics: ImportedMetrics
}
