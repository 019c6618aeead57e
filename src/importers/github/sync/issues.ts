import { report } from '../../../domain/delivery/seen.js'
import { momentAt, objectAt, textAt, type Payload } from '../../delivery/payload.js'
import { readIssue, reportComment } from '../../delivery/read-issue.js'
import { newestFirst, type Asked } from './newest-first.js'
import type { PageReports } from './page-reports.js'
import type { Part, Reading } from './part.js'
import { restPage } from './rest-list.js'

/** Issues; the pull requests among them are read as such. */
export const issuesPart: Part = listOf('issues', '/issues', { state: 'all' }, (page, issue) => {
  if (objectAt(issue, 'pull_request') === undefined) readIssue(page.at(updated(issue), { issue }))
})

/** Comments of the conversations of issues and pull requests. */
export const commentsPart: Part = listOf('comments', '/issues/comments', {}, (page, comment) => {
  const number = lastNumber(textAt(comment, 'issue_url'))
  const isOfPull = textAt(comment, 'html_url')?.includes('/pull/') ?? false
  if (number !== null)
    reportOne(page, comment, { of: isOfPull ? 'pullRequest' : 'issue', number, kind: 'comment' })
})

/** Comments on lines. */
export const diffCommentsPart: Part = listOf('diffComments', '/pulls/comments', {}, (page, comment) => {
  const number = lastNumber(textAt(comment, 'pull_request_url'))
  if (number !== null) reportOne(page, comment, { of: 'pullRequest', number, kind: 'diff_comment' })
})

/** A list that GitHub orders by the last change. */
function listOf(
  name: string,
  path: string,
  parameters: Record<string, string>,
  reportItem: (page: PageReports, item: Payload) => void,
): Part {
  return {
    name,
    async *pages({ github, name: repository }: Reading, begun) {
      const listing = {
        fetch: (asked: Asked) =>
          restPage<Payload>(github, `GET /repos/${repository}${path}`, asked, {
            ...parameters,
            ...{ sort: 'updated', direction: 'desc', per_page: 100 },
            ...(asked.through !== null && { since: asked.through }),
          }),
        momentOf: (item: Payload) => textAt(item, 'updated_at') ?? undefined,
      }
      for await (const { items, state } of newestFirst(begun, listing)) {
        yield {
          state,
          report: (page) => {
            for (const item of items) reportItem(page, item)
          },
        }
      }
    },
  }
}

type Subject = Parameters<typeof reportComment>[1]

/** Its pull request or issue may be unknown still: the first comment is then the first that is known of it. */
function reportOne(page: PageReports, comment: Payload, subject: Subject): void {
  const { repository, reports } = page
  const at = momentAt(comment, 'created_at')
  if (!at) return
  const key = { repository, part: String(subject.number) }
  const opened = report({ openedAt: at }, { rank: 0, at, earliest: true })
  if (subject.of === 'pullRequest') reports.pullRequest(key, opened)
  else reports.issue(key, opened)
  reportComment(page.at(updated(comment), { comment }), subject)
}

function updated(item: Payload): Date {
  return momentAt(item, 'updated_at') ?? momentAt(item, 'created_at') ?? new Date(0)
}

function lastNumber(url: string | null | undefined): number | null {
  const [, number] = /\/(\d{1,9})$/.exec(url ?? '') ?? []
  return number === undefined ? null : Number(number)
}
