import { noFindings, riskScore } from '../domain/delivery/risk.js'
import { hourMs } from '../domain/duration.js'
import { accountId, repositoryId, type DeliveryPerson, type DeliveryRepository } from './delivery-places.js'
import { deploymentStories, issueStories, pullStories, type PullStory } from './delivery-stories.js'
import { sampleId } from './ids.js'

/* The stories as rows. Hours count back from the midnight (UTC) before the seeding. */

/** The moment a number of hours before that midnight. */
export type BeforeMidnight = (hours: number) => Date

const id = (kind: Parameters<typeof sampleId>[1], n: number) => sampleId('delivery', kind, n)

/** As a commit has it; no repository has these. */
const shaOf = (n: number) => `5eed${n.toString(16).padStart(36, '0')}`

const baseOf: Record<DeliveryRepository, string> = { platform: shaOf(1), app: shaOf(2), notes: shaOf(3) }

/** Of the commit that the merge of a pull request made, by its place in the list. */
const mergeSha = (place: number) => shaOf(0x100 + place)

interface Facts {
  before: BeforeMidnight
  now: Date
}

export function deliveryPulls({ before, now }: Facts) {
  return pullStories.map((story, i) => {
    const merged = mergedAt(story, before)
    return {
      id: id('pull', i + 1),
      repositoryId: repositoryId(story.repository),
      number: 101 + i,
      title: story.title,
      authorId: accountId(story.author),
      mergedById: merged && accountId(story.reviewer ?? story.author),
      state: merged ? 'merged' : 'open',
      baseBranch: 'main',
      mergeSha: merged && mergeSha(i),
      additions: story.additions,
      deletions: story.deletions,
      changedFiles: 1 + Math.floor(story.additions / 40),
      labels: story.author === 'bot' ? ['dependencies'] : [],
      openedAt: before(story.opened),
      readyAt: before(story.opened),
      mergedAt: merged,
      closedAt: merged,
      detail: 'full',
      createdAt: now,
    }
  })
}

function mergedAt({ opened, pickup, review }: PullStory, before: BeforeMidnight): Date | null {
  return review === null ? null : before(opened - pickup - review)
}

/** The first commit of each repository, one on the branch of each pull request, and the one that its merge made. */
export function deliveryCommits({ before, now }: Facts) {
  let n = 0
  const commit = (fields: {
    repository: DeliveryRepository
    sha: string
    author: DeliveryPerson | 'bot'
    at: Date
    subject: string
    parent: string | null
    /** By the place of its pull request. */
    place: number | null
    isMerge: boolean
    lines: readonly [number, number]
  }) => ({
    id: id('commit', ++n),
    repositoryId: repositoryId(fields.repository),
    sha: fields.sha,
    authorId: accountId(fields.author),
    committerId: accountId(fields.author),
    authoredAt: fields.at,
    committedAt: fields.at,
    subject: fields.subject,
    additions: fields.lines[0],
    deletions: fields.lines[1],
    filesChanged: 1,
    parents: fields.parent === null ? [] : [fields.parent],
    onDefaultBranch: fields.isMerge,
    pullRequestId: fields.place === null ? null : id('pull', fields.place + 1),
    createdAt: now,
  })
  const head = { ...baseOf }
  const first = (['platform', 'app', 'notes'] as const).map((repository) =>
    commit({
      repository,
      sha: baseOf[repository],
      author: 'charlie',
      at: before(340),
      subject: 'Begin',
      parent: null,
      place: null,
      isMerge: true,
      lines: [900, 0],
    }),
  )
  const own = pullStories.map((story, place) => {
    const { repository, author, title: subject } = story
    const at = before(story.opened + story.coding)
    const lines = [story.additions, story.deletions] as const
    return commit({
      repository,
      sha: shaOf(0x200 + place),
      author,
      at,
      subject,
      parent: baseOf[repository],
      place,
      isMerge: false,
      lines,
    })
  })
  const merges = pullStories
    .flatMap((story, place) => {
      const at = mergedAt(story, before)
      return at ? [{ story, place, at }] : []
    })
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ story, place, at }) => {
      const { repository, author } = story
      const parent = head[repository]
      head[repository] = mergeSha(place)
      const subject = `${story.title} (#${101 + place})`
      const lines = [story.additions, story.deletions] as const
      return commit({
        repository,
        sha: mergeSha(place),
        author,
        at,
        subject,
        parent,
        place,
        isMerge: true,
        lines,
      })
    })
  return [...first, ...own, ...merges]
}

/** An approval of each reviewed pull request, and the answers to issues. */
export function deliveryResponses({ before, now }: Facts) {
  let n = 0
  const response = (fields: {
    pull: number | null
    issue: number | null
    author: DeliveryPerson
    at: Date
  }) => ({
    id: id('response', ++n),
    pullRequestId: fields.pull === null ? null : id('pull', fields.pull + 1),
    issueId: fields.issue === null ? null : id('issue', fields.issue + 1),
    kind: fields.pull === null ? 'comment' : 'review',
    externalId: n,
    authorId: accountId(fields.author),
    state: fields.pull === null ? null : 'approved',
    submittedAt: fields.at,
    createdAt: now,
  })
  const reviews = pullStories.flatMap(({ reviewer, opened, pickup }, pull) =>
    reviewer === null ? [] : [response({ pull, issue: null, author: reviewer, at: before(opened - pickup) })],
  )
  const answers = issueStories.flatMap(({ author, opened, answered }, issue) => {
    if (answered === null) return []
    const other = author === 'bob' ? 'charlie' : 'bob'
    return [response({ pull: null, issue, author: other, at: before(opened - answered) })]
  })
  return [...reviews, ...answers]
}

export function deliveryIssues({ before, now }: Facts) {
  return issueStories.map(({ repository, title, author, opened, closed }, i) => ({
    id: id('issue', i + 1),
    repositoryId: repositoryId(repository),
    number: 201 + i,
    title,
    state: closed === null ? 'open' : 'closed',
    authorId: accountId(author),
    labels: [],
    openedAt: before(opened),
    closedAt: closed === null ? null : before(opened - closed),
    createdAt: now,
  }))
}

export function deliveryDeployments({ before, now }: Facts) {
  return deploymentStories.map(({ repository, finished, ships, status }, i) => ({
    id: id('deployment', i + 1),
    repositoryId: repositoryId(repository),
    source: 'deployment',
    externalId: String(301 + i),
    environment: 'production',
    sha: ships === null ? baseOf[repository] : mergeSha(ships),
    ref: 'main',
    status,
    startedAt: new Date(before(finished).getTime() - hourMs / 6),
    finishedAt: before(finished),
    createdAt: now,
  }))
}

/** As a scanner reports them. */
export function deliveryAiReviews({ before, now }: Facts) {
  return pullStories.flatMap((story, place) => {
    if (!story.findings) return []
    const counts = { ...noFindings(), ...story.findings }
    const findings = Object.entries(counts).flatMap(([severity, count]) =>
      Array.from({ length: count }, (_, i) => ({
        severity,
        rule: `sample/${severity}`,
        message: `A sample finding of severity ${severity}`,
        path: 'src/index',
        line: 10 * (i + 1),
      })),
    )
    return [
      {
        id: id('review', place + 1),
        repositoryId: repositoryId(story.repository),
        pullRequestId: id('pull', place + 1),
        sha: shaOf(0x200 + place),
        tool: 'sample-scanner',
        format: 'sarif',
        contentSha256: shaOf(0x400 + place).padEnd(64, '0'),
        riskScore: riskScore(counts),
        ...counts,
        suppressed: 0,
        findings,
        reviewedAt: before(story.opened - 0.5),
        createdAt: now,
      },
    ]
  })
}
