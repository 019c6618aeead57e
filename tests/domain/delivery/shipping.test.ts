import { describe, expect, test } from 'vitest'
import {
  shippingOf,
  type CommitFact,
  type DeploymentFact,
  type MergedPull,
  type RepositoryFacts,
} from '../../../src/domain/delivery/shipping.js'
import { hourMs } from '../../../src/domain/duration.js'
import { randomFrom } from '../../helpers/lives/life.js'
import { modelShipping } from './shipping-model.js'

const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hourMs)

const commit = (sha: string, parents: string[] | null, more: Partial<CommitFact> = {}): CommitFact => ({
  sha,
  parents,
  committedAt: at(Number(sha.slice(1))),
  onDefaultBranch: true,
  pullRequestId: null,
  ...more,
})
const deployment = (
  sha: string | null,
  hours: number,
  more: Partial<DeploymentFact> = {},
): DeploymentFact => ({
  id: `d${hours}`,
  externalId: `d${hours}`,
  environment: 'production',
  service: null,
  isProduction: true,
  sha,
  finishedAt: at(hours),
  ...more,
})
const pull = (
  id: string,
  mergeSha: string | null,
  hours: number,
  more: Partial<MergedPull> = {},
): MergedPull => ({
  id,
  mergeSha,
  mergedAt: at(hours),
  intoDefault: true,
  ...more,
})
const facts = (some: Partial<RepositoryFacts>): RepositoryFacts => ({
  commits: [],
  pulls: [],
  deployments: [],
  ...some,
})

/** c1 ← c2 ← c3 ← c4 */
const line = ['c1', 'c2', 'c3', 'c4'].map((sha, index) => commit(sha, index === 0 ? [] : [`c${index}`]))

describe('a deployment ships', () => {
  test('nothing if it is the first known one: history is not a change', () => {
    const { deployments, commits } = shippingOf(facts({ commits: line, deployments: [deployment('c3', 10)] }))
    expect(deployments.get('d10')).toEqual({
      previousId: null,
      rolledBackById: null,
      isEmpty: true,
      link: 'unknown',
    })
    expect(commits.size).toBe(0)
  })

  test('what its sha reaches and no earlier deployment did', () => {
    const { deployments, commits } = shippingOf(
      facts({
        commits: line,
        deployments: [deployment('c1', 10), deployment('c3', 20), deployment('c4', 30)],
      }),
    )
    expect([...commits]).toEqual([
      ['c3', 'd20'],
      ['c2', 'd20'],
      ['c4', 'd30'],
    ])
    expect(deployments.get('d20')).toMatchObject({ previousId: 'd10', isEmpty: false, link: 'exact' })
  })

  test('a squashed pull request once, and none of the commits of its branch', () => {
    const commits = [
      ...line,
      commit('c8', ['c1'], { onDefaultBranch: false, pullRequestId: 'p' }),
      commit('c9', ['c8'], { onDefaultBranch: false, pullRequestId: 'p' }),
    ]
    const shipped = shippingOf(
      facts({
        commits,
        pulls: [pull('p', 'c2', 2)],
        deployments: [deployment('c1', 10), deployment('c2', 20)],
      }),
    )
    expect([...shipped.pulls]).toEqual([['p', 'd20']])
    expect(shipped.commits.size).toBe(0)
  })

  test('a pull request whose merge commit is unknown by one of its commits on the default branch', () => {
    const commits = line.map((each) => (each.sha === 'c3' ? { ...each, pullRequestId: 'p' } : each))
    const shipped = shippingOf(
      facts({
        commits,
        pulls: [pull('p', null, 3)],
        deployments: [deployment('c2', 10), deployment('c4', 20)],
      }),
    )
    expect([...shipped.pulls]).toEqual([['p', 'd20']])
    expect([...shipped.commits]).toEqual([['c4', 'd20']])
  })

  test('no merge commit as a change of its own', () => {
    const commits = [commit('c1', []), commit('c2', ['c1']), commit('c3', ['c1', 'c2'])]
    const shipped = shippingOf(facts({ commits, deployments: [deployment('c1', 10), deployment('c3', 20)] }))
    expect([...shipped.commits]).toEqual([['c2', 'd20']])
  })

  test('nothing with the sha of the one before it, even where the graph is unknown', () => {
    const pulls = [pull('p', null, 15)]
    const shipped = shippingOf(facts({ pulls, deployments: [deployment('x', 10), deployment('x', 20)] }))
    expect(shipped.deployments.get('d20')).toMatchObject({ isEmpty: true, link: 'exact' })
    expect(shipped.pulls.size).toBe(0)
  })

  test('what was merged into the default branch between both where the graph is unknown', () => {
    const pulls = [
      pull('at the first', null, 10),
      pull('between', null, 15),
      pull('at the second', null, 20),
      pull('into another branch', null, 15, { intoDefault: false }),
      pull('after', null, 21),
    ]
    const shipped = shippingOf(facts({ pulls, deployments: [deployment(null, 10), deployment(null, 20)] }))
    expect([...shipped.pulls]).toEqual([
      ['between', 'd20'],
      ['at the second', 'd20'],
    ])
    expect(shipped.deployments.get('d20')?.link).toBe('inferred')
  })

  test('by time where a commit between both is missing from the graph', () => {
    const gap = line.filter(({ sha }) => sha !== 'c3')
    const shipped = shippingOf(
      facts({
        commits: gap,
        pulls: [pull('p', 'c3', 12)],
        deployments: [deployment('c2', 10), deployment('c4', 20)],
      }),
    )
    expect(shipped.deployments.get('d20')?.link).toBe('inferred')
    expect([...shipped.pulls]).toEqual([['p', 'd20']])
  })
})

describe('environments and services', () => {
  test('are compared without case, and have a first deployment each', () => {
    const deployments = [
      deployment('c1', 10),
      deployment('c2', 20, { environment: 'Production' }),
      deployment('c2', 30, { service: 'api' }),
      deployment('c2', 40, { environment: 'staging', isProduction: false }),
    ]
    const shipped = shippingOf(facts({ commits: line, deployments }))
    expect([...shipped.commits]).toEqual([['c2', 'd20']])
    expect(shipped.deployments.get('d20')?.previousId).toBe('d10')
    expect(shipped.deployments.get('d30')?.previousId).toBeNull()
    expect(shipped.deployments.get('d40')?.previousId).toBeNull()
  })

  test('a change counts for the first production deployment of any service', () => {
    const deployments = [
      deployment('c1', 10, { service: 'web' }),
      deployment('c1', 11, { service: 'api' }),
      deployment('c2', 30, { service: 'web' }),
      deployment('c2', 20, { service: 'api' }),
    ]
    expect([...shippingOf(facts({ commits: line, deployments })).commits]).toEqual([['c2', 'd20']])
  })

  test('what staging ships first still counts for production', () => {
    const staging = { environment: 'staging', isProduction: false }
    const deployments = [
      deployment('c1', 1, staging),
      deployment('c2', 2, staging),
      deployment('c1', 10),
      deployment('c2', 20),
    ]
    const shipped = shippingOf(facts({ commits: line, deployments }))
    expect([...shipped.commits]).toEqual([['c2', 'd20']])
    expect(shipped.deployments.get('d2')?.isEmpty).toBe(false)
  })
})

describe('a rollback', () => {
  const rolledBack = (...shas: string[]) => {
    const deployments = shas.map((sha, index) => deployment(sha, index))
    return [...shippingOf(facts({ commits: line, deployments })).deployments.values()].map(
      ({ rolledBackById }) => rolledBackById,
    )
  }

  test('takes back those since the last one that it reaches', () => {
    expect(rolledBack('c1', 'c2', 'c3', 'c1')).toEqual([null, 'd3', 'd3', null])
  })

  test('to a sha that was never deployed takes back those that are newer', () => {
    expect(rolledBack('c1', 'c3', 'c4', 'c2')).toEqual([null, 'd3', 'd3', null])
  })

  test('leaves what an earlier rollback took back with that one', () => {
    expect(rolledBack('c1', 'c2', 'c3', 'c2', 'c1')).toEqual([null, 'd4', 'd3', 'd4', null])
  })

  test('is none where a fix goes forward or the same sha is deployed again', () => {
    expect(rolledBack('c1', 'c2', 'c2', 'c3')).toEqual([null, null, null, null])
  })

  test('is none where the shas are of branches that do not contain each other', () => {
    const commits = [commit('c1', []), commit('c2', ['c1']), commit('c3', ['c1'])]
    const deployments = [deployment('c1', 1), deployment('c2', 2), deployment('c3', 3)]
    const links = shippingOf(facts({ commits, deployments })).deployments
    expect(links.get('d2')?.rolledBackById).toBeNull()
  })
})

test('random histories ship what a second implementation says, in any order of the facts', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const draw = randomFrom(seed)
    const below = (limit: number) => Math.floor(draw() * limit)
    const commits = Array.from({ length: 14 }, (_, index) => {
      const first = index === 0 ? [] : [`c${below(index)}`]
      const second = index > 1 && draw() < 0.3 ? [`c${below(index)}`] : []
      return commit(`c${index}`, [...new Set([...first, ...second])], {
        onDefaultBranch: draw() < 0.7,
        pullRequestId: draw() < 0.3 ? 'of a branch' : null,
      })
    })
    const pulls = Array.from({ length: 4 }, (_, index) => pull(`p${index}`, `c${index * 3 + 1}`, index))
    const deployments = Array.from({ length: 9 }, (_, index) => {
      const environment = ['production', 'PRODUCTION', 'staging'][below(3)] ?? ''
      const isProduction = environment !== 'staging'
      const service = draw() < 0.3 ? 'api' : null
      return deployment(`c${below(14)}`, index, { environment, isProduction, service })
    })
    const shuffled = <T>(list: readonly T[]) => list.toSorted(() => draw() - 0.5)
    const { deployments: links, ...shipped } = shippingOf({
      commits: shuffled(commits),
      pulls: shuffled(pulls),
      deployments: shuffled(deployments),
    })
    const of = <T>(pick: (link: { isEmpty: boolean; rolledBackById: string | null }) => T) =>
      Object.fromEntries([...links].map(([id, link]) => [id, pick(link)]))
    expect({
      empty: of(({ isEmpty }) => isEmpty),
      rolledBack: of(({ rolledBackById }) => rolledBackById),
      pulls: Object.fromEntries(shipped.pulls),
      commits: Object.fromEntries(shipped.commits),
    }).toEqual(modelShipping({ commits, pulls, deployments }))
  }
})
