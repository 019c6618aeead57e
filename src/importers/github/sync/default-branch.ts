import { findMissingCommits } from '../../../data/delivery/missing-commits.js'
import { isObject, listAt, momentAt, objectAt, textAt, type Payload } from '../../delivery/payload.js'
import type { PartState } from './newest-first.js'
import type { Page, Part, Reading } from './part.js'
import { reportCommit } from './report-commit.js'
import { restPage } from './rest-list.js'

/** How far the commits of the default branch are read. */
export interface BranchState extends PartState {
  /** The newest commit, when the last pass began. */
  head?: string | undefined
  /** Parents of commits of this pass that were not read yet. */
  missing?: readonly string[] | undefined
}

/**
 * The commits of the default branch, the newest first, until every parent is stored. GitHub's `since` would leave out old
 * commits of a branch that was merged now.
 */
export const commitsPart: Part = {
  name: 'commits',
  async *pages(reading, begun: BranchState) {
    const rest = yield* onePass(reading, begun)
    if (begun.pass !== undefined) yield* onePass(reading, rest)
  },
}

async function* onePass(
  { github, database, name, found, repositoryId, commitsFrom, commitsAgain }: Reading,
  begun: BranchState,
): AsyncGenerator<Page, BranchState> {
  const branch = textAt(found, 'default_branch')
  const first = { ...(branch && { sha: branch }), per_page: 100 }
  let state = begun
  for (;;) {
    const { head: known, missing: before = [], pass } = state
    const cursor = pass?.cursor ?? null
    const asked = { cursor, etag: cursor === null ? begun.etag : undefined }
    const page = await restPage<Payload>(github, `GET /repos/${name}/commits`, asked, first)
    if (page === null) return state
    const { items, next } = page
    const head = cursor === null ? (textAt(items[0], 'sha') ?? undefined) : known
    const etag = cursor === null ? (page.etag ?? undefined) : pass?.etag
    const read = new Set(items.map((commit) => textAt(commit, 'sha')))
    const shas = [...new Set([...before, ...items.flatMap(parentsOf)])].filter((sha) => !read.has(sha))
    const missing = await database.read((db) => findMissingCommits(db, { repositoryId, shas }))
    const areBefore = (moment: Date | null) => items.every((item) => isBefore(item, moment))
    const isKnown = missing.length === 0 && (commitsAgain === null || areBefore(commitsAgain))
    const isLast = next === null || isKnown || areBefore(commitsFrom)
    state = isLast
      ? { head, etag }
      : { head, etag: begun.etag, missing, pass: { cursor: next, newest: null, open: null, etag } }
    yield {
      state,
      report: (reports) => {
        for (const commit of items) reportCommit(reports, commit, { isOnDefaultBranch: true })
      },
    }
    if (isLast) return state
  }
}

function isBefore(commit: Payload, moment: Date | null): boolean {
  const at = momentAt(objectAt(objectAt(commit, 'commit'), 'committer'), 'date')
  return moment !== null && at instanceof Date && at < moment
}

function parentsOf(commit: Payload): string[] {
  return (listAt(commit, 'parents') ?? []).filter(isObject).flatMap((parent) => textAt(parent, 'sha') ?? [])
}
