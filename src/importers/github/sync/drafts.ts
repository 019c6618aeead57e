import { momentAt, numberAt, objectAt, textAt, type Payload } from '../../delivery/payload.js'
import { readIssue } from '../../delivery/read-issue.js'
import { reportDrafts } from '../../delivery/read-pull-request.js'
import { newestFirst, type Asked } from './newest-first.js'
import type { PageReports } from './page-reports.js'
import type { Part } from './part.js'
import { restPage } from './rest-list.js'

/** Without GraphQL: the events about drafts of all pull requests, which REST lists for the whole repository. */
export const draftsPart: Part = {
  name: 'drafts',
  isReadWhole: true,
  async *pages({ github, name }, begun) {
    if (github.hasToken) return
    const listing = {
      fetch: (asked: Asked) =>
        restPage<Payload>(github, `GET /repos/${name}/issues/events`, asked, { per_page: 100 }),
      momentOf: (event: Payload) => textAt(event, 'created_at') ?? undefined,
    }
    for await (const { items, state } of newestFirst(begun, listing)) {
      yield {
        state,
        report: (page) => {
          for (const event of items) reportDraft(page, event)
        },
      }
    }
  },
}

/** As webhooks name them. */
const actions: Readonly<Record<string, string>> = {
  ready_for_review: 'ready_for_review',
  convert_to_draft: 'converted_to_draft',
}

function reportDraft(page: PageReports, event: Payload): void {
  const action = actions[textAt(event, 'event') ?? '']
  const at = momentAt(event, 'created_at')
  const issue = objectAt(event, 'issue')
  const number = numberAt(issue, 'number')
  const openedAt = momentAt(issue, 'created_at')
  if (action === undefined || !at || number === undefined || !openedAt) return
  const ctx = page.at(momentAt(issue, 'updated_at') ?? at, { issue })
  readIssue(ctx)
  // Its present state is not used: this is one of its events.
  reportDrafts(ctx, { number, openedAt, isDraft: true, at }, [{ action, at }])
}
