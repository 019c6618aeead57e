import type { Database } from '../../../engine/database.js'
import type { Payload } from '../../delivery/payload.js'
import type { Github } from '../client.js'
import type { PartState } from './newest-first.js'
import type { PageReports } from './page-reports.js'

/** What reads one repository. */
export interface Reading {
  github: Github
  /** For what is stored already. */
  database: Database
  /** `owner/name`, its present one. */
  name: string
  /** As REST describes it. */
  found: Payload
  repositoryId: string
  /** A glob on the names of workflows that deploy. */
  deployPattern: string | null
  /** Older commits are not read. */
  commitsFrom: Date | null
  /** Commits are read back to this moment, though all of their parents are stored. */
  commitsAgain: Date | null
  now: Date
}

export interface Page {
  /** The state of the part once the page is stored. */
  state: PartState
  report(page: PageReports): void
}

/** One kind of facts of a repository, page by page. */
export interface Part {
  name: string
  /** Its list is read to its end however far back a sync reads: what is old decides about what changes now. */
  isReadWhole?: true
  pages(reading: Reading, state: PartState): AsyncGenerator<Page>
}
