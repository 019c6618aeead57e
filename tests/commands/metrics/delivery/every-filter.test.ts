import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filtersOfSample, type DeliveryFilterName } from '../../../../src/domain/delivery/filters.js'
import { cto } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import {
  addAccount,
  addCommit,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
  addReview,
  expectStagesToAddUp,
} from '../../../helpers/delivery.js'
import { addProject, addUser, hoursAgo } from '../../../helpers/factories.js'
import { figuresOf, refusal } from './figures.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

/** One fact of any kind, with everything by which facts are filtered. */
interface Fact {
  org: string
  repo: string
  project: string | null
  author: string | null
  label: string
  base: string
  state: 'open' | 'closed' | 'merged'
  environment: string
  service: string | null
  openedHoursAgo: number
  mergedHoursAgo: number | null
}

const repositories = [
  { org: 'acme', repo: 'acme/web', project: 'shop' },
  { org: 'acme', repo: 'acme/api', project: null },
  { org: 'umbrella', repo: 'umbrella/app', project: 'shop' },
]
const bot = 'renovate[bot]'
const authors = ['ada', 'grace', bot, null]

/** Lengths of cycles without a common divisor, so that no filter means the same as another one. */
const facts = Array.from({ length: 60 }, (_, i): Fact => {
  const state = (['open', 'merged', 'closed', 'merged'] as const)[(i >> 1) % 4] ?? 'open'
  const openedHoursAgo = i % 5 === 0 ? 600 : 100
  return {
    ...(repositories[i % 3] ?? { org: '', repo: '', project: null }),
    author: authors[i % 4] ?? null,
    label: i % 7 < 3 ? 'ui' : 'feature',
    base: i % 11 < 4 ? 'release' : 'main',
    state,
    environment: i % 7 < 2 ? 'staging' : 'production',
    service: i % 11 < 5 ? 'checkout' : null,
    openedHoursAgo,
    mergedHoursAgo: state === 'merged' ? (i % 13 < 6 ? 10 : 90) : null,
  }
})

beforeEach(async () => {
  const { id: shop } = await addProject(db, 'shop')
  const { id: user } = await addUser(db, 'ada')
  const accountIds = new Map<string | null, string | null>([[null, null]])
  accountIds.set('ada', await addAccount(db, 'ada-l', { user_id: user }))
  accountIds.set('grace', await addAccount(db, 'grace'))
  accountIds.set(bot, await addAccount(db, bot, { is_bot: true }))
  const reviewer = await addAccount(db, 'reviewer')
  const orgIds = new Map<string, string>()
  const repositoryIds = new Map<string, string>()
  for (const { org, repo, project } of repositories) {
    if (!orgIds.has(org)) orgIds.set(org, await addOrganization(db, org))
    const row = { full_name: repo, project_id: project === null ? null : shop }
    repositoryIds.set(repo, await addRepository(db, orgIds.get(org) ?? '', row))
  }
  for (const [i, fact] of facts.entries()) {
    const repository = repositoryIds.get(fact.repo) ?? ''
    const author_id = accountIds.get(fact.author) ?? null
    const opened_at = hoursAgo(fact.openedHoursAgo)
    const merged_at = fact.mergedHoursAgo === null ? null : hoursAgo(fact.mergedHoursAgo)
    const closed_at = fact.state === 'open' ? null : (merged_at ?? hoursAgo(20))
    const pull = await addPull(db, repository, {
      ...{ number: i + 1, title: String(i), author_id, opened_at, merged_at, closed_at, state: fact.state },
      ...{ labels: [fact.label], base_branch: fact.base },
    })
    await addReview(db, pull, { author_id: reviewer, submitted_at: hoursAgo(5) })
    await addIssue(db, repository, {
      ...{ number: 1000 + i, title: String(i), author_id, opened_at, labels: [fact.label] },
      ...(fact.state !== 'open' && { closed_at: hoursAgo(20) }),
    })
    await addCommit(db, repository, i.toString(16).padStart(40, '0'), {
      ...{ committed_at: hoursAgo(30), author_id, subject: String(i) },
    })
    const { environment, service } = fact
    await addDeployment(db, repository, { environment, service, finished_at: hoursAgo(8), ref: String(i) })
  }
})

const week = 7 * 24

/** Arguments, and whether a fact is among what they ask for, as a second computation. */
const cases: readonly [DeliveryFilterName, string, (fact: Fact) => boolean][] = [
  ['org', 'acme', ({ org }) => org === 'acme'],
  ['org', '!acme', ({ org }) => org !== 'acme'],
  ['repo', 'api,umbrella/app', ({ repo }) => repo !== 'acme/web'],
  ['project', 'shop', ({ project }) => project === 'shop'],
  ['project', 'none', ({ project }) => project === null],
  ['author', 'ada', ({ author }) => author === 'ada'],
  ['author', '!grace', ({ author }) => author !== 'grace'],
  ['label', 'ui', ({ label }) => label === 'ui'],
  ['base', '!main', ({ base }) => base !== 'main'],
  ['state', 'merged,open', ({ state }) => state !== 'closed'],
  ['state', '!open', ({ state }) => state !== 'open'],
  ['environment', 'STAGING', ({ environment }) => environment === 'staging'],
  ['service', 'checkout', ({ service }) => service === 'checkout'],
  ['service', 'none', ({ service }) => service === null],
  ['opened', '7d', ({ openedHoursAgo }) => openedHoursAgo < week],
  ['merged', '2d', ({ mergedHoursAgo }) => mergedHoursAgo !== null && mergedHoursAgo < 48],
  ['bots', 'only', ({ author }) => author === bot],
  ['bots', 'include', () => true],
]

/** Bots are left out unless the case is about them. */
function selected(name: DeliveryFilterName, matches: (fact: Fact) => boolean, hasAuthor: boolean): Fact[] {
  return facts.filter((fact) => matches(fact) && (!hasAuthor || name === 'bots' || fact.author !== bot))
}

interface Listed {
  filters: readonly DeliveryFilterName[]
  /** The field that holds the place of the fact. */
  field: string
  hasAuthor: boolean
}

const lists: Readonly<Record<string, Listed>> = {
  prs: {
    filters: ['org', 'repo', 'project', 'author', 'label', 'base', 'state', 'opened', 'merged', 'bots'],
    field: 'title',
    hasAuthor: true,
  },
  issues: {
    filters: ['org', 'repo', 'project', 'author', 'label', 'opened', 'bots'],
    field: 'title',
    hasAuthor: true,
  },
  commits: { filters: ['org', 'repo', 'project', 'author', 'bots'], field: 'subject', hasAuthor: true },
  deployments: {
    filters: ['org', 'repo', 'project', 'environment', 'service'],
    field: 'ref',
    hasAuthor: false,
  },
}

describe.each(Object.entries(lists))('%s list', (noun, { filters, field, hasAuthor }) => {
  test('narrowed by each of its filters has the rows that a second computation selects', async () => {
    for (const [name, value, matches] of cases.filter(([filter]) => filters.includes(filter))) {
      const { stdout, stderr, exitCode } = await cto(
        db,
        ...[noun, 'list', `--${name}`, value, '-L', '0', '--json', '--fields', field],
      )
      expect([name, exitCode], stderr).toEqual([name, 0])
      const { data } = JSON.parse(stdout) as { data: Record<string, string>[] }
      const expected = selected(name, matches, hasAuthor).map((fact) => String(facts.indexOf(fact)))
      expect([name, data.map((row) => row[field]).sort()]).toEqual([name, expected.sort()])
      expect(expected.length, `--${name} ${value} selects nothing`).toBeGreaterThan(0)
    }
  })

  test('refuses the others, and names its own', async () => {
    for (const [name] of cases.filter(([filter]) => !filters.includes(filter))) {
      // Of issues and deployments it has other values.
      if (name === 'state') continue
      const result = await cto(db, noun, 'list', `--${name}`, 'x')
      expect(refusal(result)).toEqual([2, `error: unknown option '--${name}'`])
      expect(result.stderr).toMatch(/its filters are --org, --repo, --project/)
    }
  })
})

/** A count of each sample, and the facts that it counts within the last 30 days. */
const counts = {
  'pr.opened': { sample: 'openedPulls', counts: () => true, hasAuthor: true },
  'pr.merged': { sample: 'mergedPulls', counts: ({ state }) => state === 'merged', hasAuthor: true },
  'pr.closed': { sample: 'closedPulls', counts: ({ state }) => state === 'closed', hasAuthor: true },
  'pr.open': { sample: 'openPulls', counts: ({ state }) => state === 'open', hasAuthor: true },
  'commit.count': { sample: 'commits', counts: () => true, hasAuthor: true },
  'issue.opened': { sample: 'openedIssues', counts: () => true, hasAuthor: true },
  'issue.closed': { sample: 'closedIssues', counts: ({ state }) => state !== 'open', hasAuthor: true },
  'dora.deployments': { sample: 'deployments', counts: () => true, hasAuthor: false },
} as const satisfies Record<
  string,
  { sample: keyof typeof filtersOfSample; counts: (fact: Fact) => boolean; hasAuthor: boolean }
>

describe('metrics', () => {
  test('narrowed by each of their filters count what a second computation counts', async () => {
    for (const [name, value, matches] of cases) {
      const figures = await figuresOf(db, `--${name}`, value)
      for (const [id, metric] of Object.entries(counts)) {
        const where = `${id} --${name} ${value}`
        if (!(filtersOfSample[metric.sample] as readonly string[]).includes(name)) {
          expect([where, figures[id]]).toEqual([where, undefined])
          continue
        }
        const isProduction = ({ environment }: Fact) =>
          metric.hasAuthor || name === 'environment' || environment === 'production'
        const expected = selected(name, matches, metric.hasAuthor).filter(
          (fact) => metric.counts(fact) && isProduction(fact),
        )
        expect([where, figures[id]?.value]).toEqual([where, expected.length])
      }
    }
  }, 120_000)

  test('refuse in check, by name, a filter that cannot apply', async () => {
    for (const [id, { sample }] of Object.entries(counts)) {
      for (const [name, value] of cases) {
        if ((filtersOfSample[sample] as readonly string[]).includes(name)) continue
        const result = await cto(db, 'metrics', 'check', '--max', `${id}=1`, `--${name}`, value)
        expect(refusal(result)).toEqual([2, `error: --${name} is not a filter of ${id}`])
      }
    }
  }, 120_000)
})

describe('a report', () => {
  const sections = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)

  test('with a filter of repositories is about them alone', async () => {
    const { stdout } = await cto(db, 'report', '--repo', 'acme/web', '--markdown')
    expect(sections(stdout)).toEqual(['Delivery', 'Data quality'])
    const { data } = JSON.parse((await cto(db, 'report', '--author', 'ada', '--json')).stdout) as {
      data: { figures: { id: string; value: unknown }[]; flow: unknown }
    }
    expect(data.flow).toBeNull()
    const merged = selected('author', ({ author, state }) => author === 'ada' && state === 'merged', true)
    expect(data.figures.find(({ id }) => id === 'pr.merged')?.value).toBe(merged.length)
    expect(data.figures.filter(({ id }) => /^(?:open|dora\.deployments)/.test(id))).toEqual([])
  })

  test('rejects a filter of bugs together with one of repositories', async () => {
    expect(refusal(await cto(db, 'report', '--repo', 'acme/web', '--severity', 'low', '--markdown'))).toEqual(
      [2, 'error: filters of bugs and of delivery metrics exclude each other'],
    )
  })
})
