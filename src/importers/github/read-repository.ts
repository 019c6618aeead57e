import { spareMemory } from '../../engine/spare-memory.js'
import { Tally } from '../load/tally.js'
import { BugSpool, type IssueRead } from './bug-spool.js'
import type { GithubCommit, GithubIssue, GithubRepository } from './api.js'
import type { Github } from './client.js'
import { githubStatus } from './failure.js'
import { Contributors } from './contributors.js'
import { valueKey } from '../spelling.js'
import { unmatchedRemark, WordCount } from '../validate/word-count.js'
import { labelsOf, type issueReader } from './read-issue.js'

/** State for the next import of a repository. */
export interface Remembered {
  /** Request → ETag of the answer. */
  etags: Record<string, string>
  htmlUrl: string
  /** GitHub's immutable id of it; null where GitHub did not give one. */
  id: number | null
  /** When it was last pushed to. */
  pushedAt: string | null
  /** When an issue last changed. */
  newestIssue: string | null
}

export interface ReadRepository {
  /** `owner/name`. */
  name: string
  /** Its entry in a list that was read already. */
  listed?: GithubRepository | undefined
  remembered: Remembered | null
  /** Null: no issues. */
  issues: {
    since: Date | null
    /** Only issues with one of these; null for all. */
    labels: readonly string[] | null
    read: ReturnType<typeof issueReader>
  } | null
  /** The day whose commits are counted. */
  today: { from: Date; to: Date }
  onRecords?: ((records: number) => void) | undefined
}

export interface RepositoryRead {
  name: string
  /** Null: not modified. */
  repository: GithubRepository | null
  /** The most used first. Null: not modified. */
  languages: string[] | null
  commitsCount: number
  contributors: number
  /** The caller must close it. */
  bugs: BugSpool
  tally: Tally
  /** Wanted labels that no issue has; null where all match, or only changes were read and some match. */
  unmatched: string | null
  /** Issues changed since then were read; null for all. */
  since: Date | null
  /** The numbers of all issues and pull requests; null where not all were listed. */
  listed: ReadonlySet<number> | null
  remembered: Remembered
  notModified: string[]
}

/** Reads a repository and its issues from GitHub; what has not changed since the last import is not sent again. */
export async function readRepository(github: Github, asked: ReadRepository): Promise<RepositoryRead> {
  const { name, listed, remembered, today } = asked
  const etags: Record<string, string> = { ...remembered?.etags }
  const notModified: string[] = []
  const get = async <Data>(what: string, path: string): Promise<Data | null> => {
    const { data, etag } = await github.get<Data>(`GET /repos/${name}${path}`, { etag: etags[what] })
    if (etag !== null) etags[what] = etag
    if (data === null) notModified.push(what)
    return data
  }
  const repository = listed ?? (await get<GithubRepository>('repository', ''))
  const fullName = repository?.full_name ?? name
  const isRenamed = fullName.toLowerCase() !== name.toLowerCase()
  const languages = await get<Record<string, number>>('languages', '/languages')
  const pushedAt = repository === null ? (remembered?.pushedAt ?? null) : (repository.pushed_at ?? null)
  const htmlUrl = repository?.html_url ?? remembered?.htmlUrl ?? ''
  const id = repository?.id ?? remembered?.id ?? null
  const wasPushed = pushedAt !== null && new Date(pushedAt) >= today.from
  const work = wasPushed ? await readCommits(github, name, today) : { commitsCount: 0, contributors: 0 }
  const tally = new Tally()
  // All issues of a renamed repository have new URLs, however long ago they changed.
  const since = isRenamed ? null : (asked.issues?.since ?? null)
  if (isRenamed) delete etags['issues']
  const issues = repository?.has_issues === false ? null : asked.issues
  const bugs = new BugSpool()
  const found = issues
    ? await readIssues(
        github,
        { name: fullName, onRecords: asked.onRecords, issues: { ...issues, since } },
        { bugs, tally, etags, notModified },
      )
    : null
  return {
    name: fullName,
    since,
    unmatched: found?.labels ? unmatchedOf(found.labels, since) : null,
    listed: since === null ? (found?.listed ?? null) : null,
    repository,
    languages: languages && byUse(languages),
    ...work,
    bugs,
    tally,
    remembered: {
      etags,
      htmlUrl,
      id,
      pushedAt,
      newestIssue: found?.newest ?? remembered?.newestIssue ?? null,
    },
    notModified,
  }
}

/** Few of the wanted labels may stand on the issues of the last days. */
function unmatchedOf(labels: WordCount, since: Date | null): string | null {
  const isNothingLeft = labels.unmatched.length === labels.filter.wanted.length
  return labels.observed > 0 && (since === null || isNothingLeft) ? unmatchedRemark(labels) : null
}

const ofIssues = { one: 'issue', has: 'the issues read have', without: 'the issues read have no label' }

interface Noted {
  bugs: BugSpool
  tally: Tally
  etags: Record<string, string>
  notModified: string[]
}

/**
 * Reads the newest change first. An issue that changes meanwhile moves to the front, so that an issue may be read twice,
 * and a missed one changed after the newest read here, where the next import continues.
 */
async function readIssues(
  github: Github,
  {
    name,
    issues,
    onRecords,
  }: Pick<ReadRepository, 'name' | 'onRecords'> & {
    issues: NonNullable<ReadRepository['issues']>
  },
  { bugs, tally, etags, notModified }: Noted,
): Promise<{ newest: string | null; listed: ReadonlySet<number> | null; labels: WordCount | null }> {
  const since = issues.since?.toISOString()
  const what = since === undefined ? 'issues' : `issues since ${since}`
  const parameters = {
    state: 'all',
    sort: 'updated',
    direction: 'desc',
    per_page: 100,
    ...(since && { since }),
  }
  const wanted = issues.labels?.map(valueKey)
  const labels =
    issues.labels &&
    new WordCount({ flag: 'label', wanted: issues.labels, wordsIn: (each) => [...each] }, ofIssues)
  const seen = new Set<number>()
  const listed = new Set<number>()
  let newest: string | null = null
  let isFirst = true
  let isComplete = true
  try {
    for await (const page of github.pages<GithubIssue>(`GET /repos/${name}/issues`, {
      parameters,
      etag: etags[what],
    })) {
      if (page.data === null) {
        notModified.push('issues')
        isComplete = false
      }
      if (isFirst && page.etag !== null) etags[what] = page.etag
      isFirst = false
      const found: IssueRead[] = []
      for (const issue of page.data ?? []) {
        const taken = take(issue)
        if (taken !== null) found.push(taken)
        newest ??= issue.updated_at
      }
      await bugs.add(found)
      spareMemory()
      onRecords?.(tally.records)
    }
  } catch (error) {
    // Issues are disabled in the repository.
    if (githubStatus(error) !== 410) {
      await bugs.close()
      throw error
    }
    isComplete = false
  }
  return { newest, listed: isComplete ? listed : null, labels }

  function take(issue: GithubIssue): IssueRead | null {
    tally.records += 1
    if (seen.has(issue.number)) {
      tally.duplicates += 1
      return null
    }
    listed.add(issue.number)
    const words = labelsOf(issue)
    if (issue.pull_request === undefined) labels?.observe(words)
    const isChosen = wanted === undefined || words.some((label) => wanted.includes(valueKey(label)))
    if (issue.pull_request !== undefined || !isChosen) {
      tally.skipped += 1
      return null
    }
    const outcome = issues.read(issue, name)
    seen.add(issue.number)
    if ('record' in outcome) {
      tally.take(outcome.remarks)
      return { number: issue.number, ...outcome }
    }
    tally.rejected += 1
    for (const problem of outcome.problems) tally.problems.add(issue.number, problem)
    return null
  }
}

async function readCommits(github: Github, name: string, { from, to }: ReadRepository['today']) {
  const parameters = { since: from.toISOString(), until: to.toISOString(), per_page: 100 }
  const people = new Contributors()
  let commitsCount = 0
  for await (const { data } of github.pages<GithubCommit>(`GET /repos/${name}/commits`, { parameters })) {
    for (const commit of data ?? []) {
      commitsCount += 1
      people.add(commit)
    }
  }
  return { commitsCount, contributors: people.count }
}

function byUse(languages: Readonly<Record<string, number>>): string[] {
  return Object.entries(languages)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostLanguages)
    .map(([language]) => language)
}

const mostLanguages = 10
