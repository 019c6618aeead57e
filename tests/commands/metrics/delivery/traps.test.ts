import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
  link,
} from '../../../helpers/delivery.js'
import { addBug, addProject, changeBug, hoursAgo } from '../../../helpers/factories.js'
import { figuresOf, rowsOf, valuesOf } from './figures.js'

/** What other tools' figures get wrong, by the reports of their users. Each is one test. */

const db = useDatabase()

let organization: string
let repository: string
let ada: string
let grace: string

beforeEach(async () => {
  organization = await addOrganization(db, 'acme')
  repository = await addRepository(db, organization)
  ada = await addAccount(db, 'ada')
  grace = await addAccount(db, 'grace')
})

afterEach(() => expectStagesToAddUp(db))

/** c0 ← c1 ← … , each committed an hour after the other, the last one `hoursAgo(1)`. */
async function addLine(length: number, row: Record<string, unknown> = {}): Promise<string[]> {
  const shas = Array.from({ length }, (_, index) => `c${index}`)
  for (const [index, sha] of shas.entries()) {
    const committed_at = hoursAgo(length - index)
    await addCommit(db, repository, sha, {
      parents: index === 0 ? [] : [`c${index - 1}`],
      committed_at,
      ...row,
    })
  }
  return shas
}

async function deploy(sha: string, hours: number, row: Record<string, unknown> = {}): Promise<string> {
  return addDeployment(db, repository, { sha, finished_at: hoursAgo(hours), ...row })
}

describe('reviews', () => {
  test('a comment or review by a bot is no review', async () => {
    const bot = await addAccount(db, 'linter[bot]', { is_bot: true })
    const pull = await addPull(db, repository, {
      author_id: ada,
      ready_at: hoursAgo(9),
      merged_at: hoursAgo(2),
    })
    await addReview(db, pull, { author_id: bot, submitted_at: hoursAgo(9) })
    expect(await valuesOf(db, ['pr.unreviewed', 'review.count'])).toEqual({
      'pr.unreviewed': [1, 1],
      'review.count': [0, 0],
    })
    expect(await valuesOf(db, ['review.count'], '--bots', 'only')).toEqual({ 'review.count': [1, 1] })
  })

  test('a review by the author does not count, also under a second address of the author', async () => {
    const alias = await addAccount(db, 'ada-at-work', { main_id: ada })
    const pull = await addPull(db, repository, { author_id: ada, merged_at: hoursAgo(2) })
    await addReview(db, pull, { author_id: alias, submitted_at: hoursAgo(3) })
    expect(await valuesOf(db, ['pr.unreviewed', 'review.count'])).toEqual({
      'pr.unreviewed': [1, 1],
      'review.count': [0, 0],
    })
  })

  test('a review while it was a draft counts as a review, but is no stage', async () => {
    const pull = await addPull(db, repository, {
      author_id: ada,
      ready_at: hoursAgo(4),
      merged_at: hoursAgo(2),
    })
    await addReview(db, pull, { author_id: grace, submitted_at: hoursAgo(9) })
    expect(await valuesOf(db, ['pr.unreviewed', 'pr.pickup.p50'])).toEqual({
      'pr.unreviewed': [0, 1],
      'pr.pickup.p50': [null, 0],
    })
  })

  test('an approval in the second of an automatic merge is a review before it', async () => {
    const moments = { ready_at: hoursAgo(4), merged_at: hoursAgo(2) }
    const pulls = [
      await addPull(db, repository, { author_id: ada, ...moments }),
      await addPull(db, repository, { author_id: ada, ...moments, first_review_at: hoursAgo(2) }),
    ]
    for (const pull of pulls) await addReview(db, pull, { author_id: grace, submitted_at: hoursAgo(2) })
    expect(await valuesOf(db, ['pr.unreviewed'])).toEqual({ 'pr.unreviewed': [0, 2] })
  })

  test('an unreviewed pull request has no time to the first review, and does not lower its median', async () => {
    await addPull(db, repository, { ready_at: hoursAgo(9), merged_at: hoursAgo(2) })
    await addPull(db, repository, {
      ready_at: hoursAgo(9),
      first_review_at: hoursAgo(3),
      merged_at: hoursAgo(2),
    })
    expect(await valuesOf(db, ['pr.pickup.p50', 'pr.cycle.p50'])).toEqual({
      'pr.pickup.p50': [6, 1],
      'pr.cycle.p50': [7, 2],
    })
  })

  test('of a pull request that is known by mentions alone it is unknown whether it was reviewed', async () => {
    await addPull(db, repository, { detail: 'partial', merged_at: hoursAgo(2) })
    expect(await valuesOf(db, ['pr.unreviewed', 'pr.merged'])).toEqual({
      'pr.unreviewed': [null, 0],
      'pr.merged': [1, 1],
    })
  })
})

test('a draft waits for no response, and its time as a draft is not part of its stages', async () => {
  await addPull(db, repository, { opened_at: hoursAgo(9), is_draft: true })
  await addPull(db, repository, { opened_at: hoursAgo(9), ready_at: hoursAgo(3) })
  await addPull(db, repository, {
    opened_at: hoursAgo(40),
    ready_at: hoursAgo(10),
    first_response_at: hoursAgo(8),
  })
  expect(await valuesOf(db, ['pr.waiting', 'pr.first_response.p50', 'pr.open'])).toEqual({
    'pr.waiting': [1, 3],
    'pr.first_response.p50': [2, 1],
    'pr.open': [3, 3],
  })
})

describe('deployments', () => {
  test('without a source of deployments there are no figures, not 0', async () => {
    expect(await valuesOf(db, ['dora.deployments', 'dora.frequency', 'dora.fail_rate'])).toEqual({
      'dora.deployments': [null, 0],
      'dora.frequency': [null, 0],
      'dora.fail_rate': [null, 0],
    })
  })

  test('a repository that deployed before, but not in the window, has 0', async () => {
    await deploy('c0', 24 * 90)
    expect(await valuesOf(db, ['dora.deployments', 'dora.fail_rate'])).toEqual({
      'dora.deployments': [0, 0],
      'dora.fail_rate': [null, 0],
    })
  })

  test('the first known one ships none of the history that it reaches', async () => {
    await addLine(4)
    await deploy('c3', 0.5)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.deployments', 'dora.lead.p50'])).toEqual({
      'dora.deployments': [1, 1],
      'dora.lead.p50': [null, 0],
    })
  })

  test('attempts that failed, and were tried again, are neither deployments nor failures', async () => {
    await addLine(3)
    await deploy('c0', 0.9)
    await deploy('c2', 0.8, { status: 'failure' })
    await deploy('c2', 0.7, { status: 'failure' })
    await deploy('c2', 0.6)
    await deploy('c2', 0.5, { status: 'pending', finished_at: null })
    await link(db, repository)
    expect(await valuesOf(db, ['dora.deployments', 'dora.fail_rate', 'dora.lead.p50'])).toEqual({
      'dora.deployments': [2, 2],
      'dora.fail_rate': [0, 2],
      'dora.lead.p50': [0.9, 2],
    })
  })

  test('three bugs of one deployment are one failed deployment', async () => {
    const failed = await deploy('c0', 9)
    await deploy('c1', 8)
    for (let count = 0; count < 3; count++) {
      const bug = await addBug(db)
      await db.sql('UPDATE bugs SET caused_by_deployment_id = $1 WHERE id = $2', [failed, bug.id])
    }
    expect(await valuesOf(db, ['dora.fail_rate', 'dora.unrecovered'])).toEqual({
      'dora.fail_rate': [0.5, 2],
      'dora.unrecovered': [1, 1],
    })
  })

  test('sources of one repository are never summed', async () => {
    await deploy('c0', 9, { source: 'release' })
    await deploy('c0', 8, { source: 'tag' })
    await deploy('c0', 7, { source: 'workflow' })
    await deploy('c0', 6, { source: 'manual' })
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [1, 1] })
    expect(await rowsOf(db, 'dora.deployments')).toEqual([
      { name: 'acme/web production', measured: '1.0000' },
    ])
    await db.sql(`UPDATE repositories SET deploy_source = 'tag'`)
    await deploy('c1', 5, { source: 'tag' })
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [2, 2] })
  })

  test('a successful row of another environment chooses no source', async () => {
    await deploy('c0', 9, { environment: 'staging' })
    await deploy('c0', 8, { source: 'tag' })
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [1, 1] })
  })

  test('environments are compared without case, and preview environments do not count', async () => {
    await deploy('c0', 9, { environment: 'Production' })
    await deploy('c0', 8, { environment: 'LIVE' })
    await deploy('c0', 7, { environment: 'preview-12' })
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [2, 2] })
    expect(await valuesOf(db, ['dora.deployments'], '--environment', 'Preview-12')).toEqual({
      'dora.deployments': [1, 1],
    })
  })

  test('a merge is a deployment only where that is set', async () => {
    await addPull(db, repository, { merged_at: hoursAgo(2), merge_sha: 'c1' })
    await addPull(db, repository, { merged_at: hoursAgo(1), merge_sha: 'c2', base_branch: 'develop' })
    await link(db, repository)
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [null, 0] })
    await db.sql(`UPDATE repositories SET deploy_source = 'merge'`)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [1, 1] })
    await db.sql(`UPDATE repositories SET deploy_source = NULL`)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [null, 0] })
  })

  test('merges of a confidential repository, whose branches are not stored, stay deployments', async () => {
    await addPull(db, repository, { merged_at: hoursAgo(2), merge_sha: 'c1' })
    await addPull(db, repository, { merged_at: hoursAgo(1), merge_sha: 'c2', base_branch: 'develop' })
    await addCommit(db, repository, 'c2', { on_default_branch: false })
    await db.sql(`UPDATE repositories SET deploy_source = 'merge'`)
    await link(db, repository)
    const { exitCode } = await cto(db, 'repos', 'update', 'acme/web', '--sensitivity', 'confidential')
    expect(exitCode).toBe(0)
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [1, 1] })
  })
})

describe('what is shipped', () => {
  test('a squashed pull request is one change, not one for each commit of its branch', async () => {
    await addLine(2)
    const pull = await addPull(db, repository, {
      number: 7,
      first_commit_at: hoursAgo(10),
      merged_at: hoursAgo(1),
      merge_sha: 'c1',
    })
    await db.sql(`UPDATE commits SET pull_request_id = $1 WHERE sha = 'c1'`, [pull])
    for (const sha of ['b1', 'b2']) {
      const row = { pull_request_id: pull, on_default_branch: false, committed_at: hoursAgo(9) }
      await addCommit(db, repository, sha, { parents: ['c0'], ...row })
    }
    await deploy('c0', 0.9)
    await deploy('c1', 0.5)
    await link(db, repository)
    expect(await rowsOf(db, 'dora.lead.p50')).toEqual([{ name: 'acme/web#7', measured: '9.5000' }])
    expect(await valuesOf(db, ['commit.count'])).toEqual({ 'commit.count': [2, 2] })
  })

  test('a change is shipped once, however often it is deployed', async () => {
    await addLine(3)
    for (const [sha, hours] of [
      ['c0', 0.9],
      ['c2', 0.8],
      ['c1', 0.7],
      ['c2', 0.6],
    ] as const)
      await deploy(sha, hours)
    await link(db, repository)
    await link(db, repository)
    expect(await rowsOf(db, 'dora.lead.p50')).toHaveLength(2)
  })

  test('a repository that is named twice, or in two organizations, counts once', async () => {
    const fork = await addRepository(db, organization, { full_name: 'acme/web-fork' })
    const elsewhere = await addRepository(db, await addOrganization(db, 'umbrella'), {
      full_name: 'umbrella/web',
    })
    for (const each of [repository, fork, elsewhere])
      await addCommit(db, each, 'c0', {
        committed_at: hoursAgo(1),
        author_id: ada,
        additions: 2,
        deletions: 1,
      })
    await addPull(db, repository, { merged_at: hoursAgo(1) })
    const ids = ['commit.count', 'commit.authors', 'commit.lines', 'pr.merged']
    expect(await valuesOf(db, ids, '--org', 'acme')).toEqual({
      'commit.count': [1, 1],
      'commit.authors': [1, 1],
      'commit.lines': [3, 1],
      'pr.merged': [1, 1],
    })
    expect(await valuesOf(db, ['pr.merged'], '--repo', 'acme/web,ACME/Web', '--repo', 'web-fork')).toEqual({
      'pr.merged': [1, 1],
    })
  })
})

describe('failures', () => {
  test('a deployment recovers when the last of its causes is resolved', async () => {
    const failed = await deploy('c0', 10)
    const early = await addBug(db, { at: hoursAgo(9) })
    const late = await addBug(db, { at: hoursAgo(9) })
    for (const { id } of [early, late])
      await db.sql('UPDATE bugs SET caused_by_deployment_id = $1 WHERE id = $2', [failed, id])
    await changeBug(db, early, { status: 'closed', at: hoursAgo(8) })
    expect(await valuesOf(db, ['dora.recovery.p50', 'dora.unrecovered'])).toEqual({
      'dora.recovery.p50': [null, 0],
      'dora.unrecovered': [1, 1],
    })
    await changeBug(db, late, { status: 'closed', at: hoursAgo(3) })
    expect(await valuesOf(db, ['dora.recovery.p50', 'dora.unrecovered'])).toEqual({
      'dora.recovery.p50': [7, 1],
      'dora.unrecovered': [0, 1],
    })
  })

  test('an issue fails the deployment that caused it until it is closed', async () => {
    const failed = await deploy('c0', 10)
    await addIssue(db, repository, {
      opened_at: hoursAgo(9),
      closed_at: hoursAgo(6),
      caused_by_deployment_id: failed,
    })
    expect(await valuesOf(db, ['dora.fail_rate', 'dora.recovery.p50'])).toEqual({
      'dora.fail_rate': [1, 1],
      'dora.recovery.p50': [4, 1],
    })
  })

  test('a bug that was reported after a deployment fails it only where inferred failures are asked for, apart', async () => {
    const shop = await addProject(db, 'shop')
    await db.sql('UPDATE repositories SET project_id = $1', [shop.id])
    for (const hours of [30, 20, 10]) await deploy(`c${hours}`, hours)
    // After the first deployment, before the second; a duplicate after the third; another one before any.
    const { id } = await addBug(db, { projectId: shop.id, at: hoursAgo(25) })
    await addBug(db, { projectId: shop.id, at: hoursAgo(21) })
    const duplicate = await addBug(db, { projectId: shop.id, at: hoursAgo(5) })
    await addBug(db, { projectId: shop.id, at: hoursAgo(40) })
    await addBug(db, { at: hoursAgo(5) })
    await db.sql('UPDATE bugs SET duplicate_of_id = $1 WHERE id = $2', [id, duplicate.id])
    const known = await figuresOf(db)
    expect([known['dora.fail_rate']?.value, known['dora.inferred_fail_rate']]).toEqual([0, undefined])
    const rates = ['dora.fail_rate', 'dora.inferred_fail_rate']
    const third = Math.round(10_000 / 3) / 10_000
    expect(await valuesOf(db, rates, '--inferred')).toEqual({
      'dora.fail_rate': [0, 3],
      'dora.inferred_fail_rate': [expect.closeTo(third, 3), 3],
    })
    const rows = await rowsOf(db, 'dora.inferred_fail_rate')
    expect(rows.map(({ measured }) => measured)).toEqual(['1.0000', '0.0000', '0.0000'])
    // What is attributed by now is no suspicion against another one.
    const [second] = await db.sql<{ id: string }>(`SELECT id FROM deployments WHERE sha = 'c20'`)
    await db.sql('UPDATE bugs SET caused_by_deployment_id = $1 WHERE project_id = $2', [second?.id, shop.id])
    expect(await valuesOf(db, rates, '--inferred')).toEqual({
      'dora.fail_rate': [expect.closeTo(third, 3), 3],
      'dora.inferred_fail_rate': [expect.closeTo(third, 3), 3],
    })
    // An issue names its repository, whatever the project of its bug.
    const promoted = await addBug(db, { at: hoursAgo(4) })
    await addIssue(db, repository, { opened_at: hoursAgo(4), bug_id: promoted.id })
    expect(await valuesOf(db, rates, '--inferred')).toEqual({
      'dora.fail_rate': [expect.closeTo(third, 3), 3],
      'dora.inferred_fail_rate': [expect.closeTo(2 * third, 3), 3],
    })
  })

  /** c1 is a change, c2 reverts it, c3 reverts that, in the messages of the commits alone. */
  async function revertedTwice(): Promise<void> {
    await addLine(4)
    await db.sql(`UPDATE commits SET reverts_sha = 'c1' WHERE sha = 'c2'`)
    await db.sql(`UPDATE commits SET reverts_sha = 'c2' WHERE sha = 'c3'`)
  }

  test('a deployed revert fails what shipped the change; a revert of the revert is a plain change', async () => {
    await revertedTwice()
    for (const [sha, hours] of [
      ['c0', 0.9],
      ['c1', 0.8],
      ['c2', 0.6],
      ['c3', 0.5],
    ] as const)
      await deploy(sha, hours)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.fail_rate', 'dora.rework_rate', 'dora.recovery.p50'])).toEqual({
      'dora.fail_rate': [0.25, 4],
      'dora.rework_rate': [0.25, 4],
      'dora.recovery.p50': [0.2, 1],
    })
  })

  test('a revert that names the merge of a pull request reverts it, though pushes do not contain the pull request of a commit', async () => {
    await addCommit(db, repository, 'm0', { committed_at: hoursAgo(2) })
    await addCommit(db, repository, 'm1', { parents: ['m0'], committed_at: hoursAgo(0.7) })
    await addPull(db, repository, { merged_at: hoursAgo(0.7), merge_sha: 'm1' })
    await addCommit(db, repository, 'm2', { parents: ['m1'], committed_at: hoursAgo(0.5), reverts_sha: 'm1' })
    for (const [sha, hours] of [
      ['m0', 0.9],
      ['m1', 0.6],
      ['m2', 0.4],
    ] as const)
      await deploy(sha, hours)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.fail_rate', 'dora.recovery.p50', 'pr.reverted'])).toEqual({
      'dora.fail_rate': [0.3333, 3],
      'dora.recovery.p50': [0.2, 1],
      'pr.reverted': [1, 1],
    })
  })

  test('a change that is reverted before it is deployed fails nothing', async () => {
    await revertedTwice()
    await deploy('c0', 0.9)
    await deploy('c2', 0.8)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.fail_rate', 'dora.rework_rate'])).toEqual({
      'dora.fail_rate': [0, 2],
      'dora.rework_rate': [0, 2],
    })
  })

  test('a deployment that ships the fix of a bug which another one caused is rework', async () => {
    await addLine(2)
    const failed = await deploy('c0', 0.9)
    const bug = await addBug(db)
    await db.sql('UPDATE bugs SET caused_by_deployment_id = $1 WHERE id = $2', [failed, bug.id])
    await addPull(db, repository, { merged_at: hoursAgo(1), merge_sha: 'c1', bug_id: bug.id })
    await deploy('c1', 0.5)
    await link(db, repository)
    expect(await valuesOf(db, ['dora.rework_rate'])).toEqual({ 'dora.rework_rate': [0.5, 2] })
  })

  test('a pull request counts as reverted for 30 days after its merge', async () => {
    const [quick, slow] = [
      await addPull(db, repository, { merged_at: hoursAgo(24 * 40) }),
      await addPull(db, repository, { merged_at: hoursAgo(24 * 40) }),
    ]
    await addPull(db, repository, { merged_at: hoursAgo(24 * 10), reverts_id: quick })
    await addPull(db, repository, { merged_at: hoursAgo(24 * 10 - 1), reverts_id: slow })
    expect(await valuesOf(db, ['pr.reverted'], '--since', '60d')).toEqual({ 'pr.reverted': [0.25, 4] })
  })
})
