import type { RepositoryKey } from '../../../domain/delivery/fact-key.js'
import { Reports } from '../../../domain/delivery/reports.js'
import { CtoError } from '../../../errors.js'
import { momentAt, objectAt, type Payload } from '../../delivery/payload.js'
import { contextOf, readRepository } from '../../delivery/read-event.js'
import type { ReadContext, SourceEvent } from '../../delivery/source-event.js'

/** What one page of GitHub's API reports, by the readers of webhooks. */
export class PageReports {
  readonly reports = new Reports()
  readonly repository: RepositoryKey
  readonly #found: Payload

  /** Reports the repository that REST describes too: the facts are its. @throws CtoError UNREACHABLE for one without id */
  constructor(found: Payload) {
    const at = momentAt(found, 'updated_at') ?? new Date(0)
    const payload = { organization: objectAt(found, 'organization') }
    const repository = readRepository(this.#event(at, payload, null), found, this.reports)
    if (repository === null)
      throw new CtoError('UNREACHABLE', 'GitHub returned a repository without its id', {
        hint: 'check --api-url',
      })
    this.repository = repository
    this.#found = found
  }

  /** What the readers of a webhook with this payload get. `at`: when the source had these values. */
  at(at: Date, payload: Payload, action: string | null = null): ReadContext {
    const place = { found: this.#found, repository: this.repository, reports: this.reports }
    return contextOf(this.#event(at, payload, action), place)
  }

  #event(occurredAt: Date, payload: Payload, action: string | null): SourceEvent {
    return { source: 'api', name: '', action, payload, occurredAt }
  }
}
