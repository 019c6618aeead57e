import type { AccountKey, RepositoryKey } from '../../domain/delivery/fact-key.js'
import type { Reports } from '../../domain/delivery/reports.js'
import type { Payload } from './payload.js'

/** An event as its source delivered it. */
export interface SourceEvent {
  source: 'webhook' | 'archive' | 'api'
  /** As webhooks name it: `pull_request`. */
  name: string
  action: string | null
  payload: Payload
  occurredAt: Date
  /** Of an archive: the repository, the actor and the organization, which its payloads lack. */
  about?: {
    repository: Payload
    actor: Payload
    organization: Payload | undefined
    /** The Events API returns events of private repositories too, to users who may read them. */
    isPublic: boolean
  }
}

/** What every reader of payloads needs to know of the event. */
export interface ReadContext {
  event: SourceEvent
  host: string
  repository: RepositoryKey
  defaultBranch: string | null
  reports: Reports
  /** The account of a user object; null without one. Reports it too. */
  account(user: Payload | null | undefined): AccountKey | null
  /** The account of an author or committer of a commit. */
  person(person: Payload | undefined): AccountKey | null
}
