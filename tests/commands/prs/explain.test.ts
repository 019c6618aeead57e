import { afterEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import {
  addAccount,
  addCommit,
  addOrganization,
  addPull,
  addRepository,
  addReview,
  expectStagesToAddUp,
} from '../../helpers/delivery.js'
import { hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

async function explained(name: string): Promise<[Record<string, unknown>[], string]> {
  const { stdout, stderr, exitCode } = await cto(db, 'prs', 'explain', name, '--json')
  expect(exitCode, stderr).toBe(0)
  return [(JSON.parse(stdout) as { data: Record<string, unknown>[] }).data, stderr]
}

test('each moment has its person, or the reason why there is none; the stages add up to the cycle', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'))
  const [ada, grace] = [await addAccount(db, 'ada'), await addAccount(db, 'grace')]
  const bot = await addAccount(db, 'lint[bot]', { is_bot: true })
  const pull = await addPull(db, repository, {
    number: 12,
    author_id: ada,
    merged_by_id: grace,
    first_commit_at: hoursAgo(40),
    ready_at: hoursAgo(30),
    first_response_at: hoursAgo(25),
    first_review_at: hoursAgo(25),
    merged_at: hoursAgo(8),
  })
  await addCommit(db, repository, 'c1', { authored_at: hoursAgo(40), author_id: ada, pull_request_id: pull })
  await addReview(db, pull, { author_id: grace, submitted_at: hoursAgo(25) })
  await addReview(db, pull, { author_id: bot, submitted_at: hoursAgo(30) })
  const [moments, stderr] = await explained('acme/web#12')
  const short = moments.map(({ anchor, by, why, stage, hours }) => [anchor, by, why, stage, hours])
  expect(short).toEqual([
    ['first commit', 'ada', null, null, null],
    ['ready', null, null, 'coding', 10],
    ['first response', 'grace', null, null, null],
    ['first review', 'grace', null, 'pickup', 5],
    ['approved', null, '0 of these approve, none after the last request for changes', 'review', null],
    ['merged', 'grace', null, 'merge', null],
    ['deployed', null, 'the repository has no source of deployments', 'deploy', null],
  ])
  expect(stderr).toContain('cycle 32.00 h = coding 10.00 + pickup 5.00 + review — + merge — + unsplit 17.00')
})

test('an open pull request without responses says what it waits for', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'))
  const bot = await addAccount(db, 'lint[bot]', { is_bot: true })
  const pull = await addPull(db, repository, { number: 7, is_draft: true, opened_at: hoursAgo(5) })
  await addReview(db, pull, { author_id: bot, submitted_at: hoursAgo(5) })
  const [moments, stderr] = await explained('web#7')
  expect(moments.map(({ why }) => why)).toEqual([
    'of 0 known commits none says when it was authored',
    'it is a draft',
    '0 of 1 comments and reviews are by humans other than the author, none between ready and the merge',
    '0 of these are reviews, none between ready and the merge',
    '0 of these approve, none after the last request for changes',
    'it is open',
    'it is open',
  ])
  expect(stderr).not.toContain('cycle')
})
