import { afterEach, expect, test } from 'vitest'
import { hourMs } from '../../../../src/domain/duration.js'
import { useDatabase } from '../../../helpers/database.js'
import {
  addCommit,
  addDeployment,
  addOrganization,
  addPull,
  addRepository,
  expectStagesToAddUp,
  link,
} from '../../../helpers/delivery.js'
import { figuresOf } from './figures.js'

/*
 * The example of docs/delivery.md: D0 is the first known deployment; D1 ships one change, D2 two; D3 rolls D2 back; D4 ships
 * two, one of them the revert of a change of D2; D5 deploys the same sha again.
 */

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const day = (text: string) => new Date(`2025-${text}Z`)
const hoursBefore = (moment: Date, hours: number) => new Date(moment.getTime() - hours * hourMs)

/** c0 ← … ← c5, each the merge of a pull request but c0. */
async function october(): Promise<string> {
  const organization = await addOrganization(db, 'acme')
  const repository = await addRepository(db, organization)
  await addCommit(db, repository, 'c0', { committed_at: day('09-27T12:00:00') })
  const d1 = day('10-02T12:00:00')
  const d2 = day('10-02T18:00:00')
  const d4 = day('10-12T09:00:00')
  const changes = [
    [d1, 48],
    [d2, 12],
    [d2, 1],
    [d4, 96],
    [d4, 24],
  ] as const
  const pulls: string[] = []
  for (const [index, [deployed, lead]] of changes.entries()) {
    const [sha, parent] = [`c${index + 1}`, `c${index}`]
    const first_commit_at = hoursBefore(deployed, lead)
    const merged_at = hoursBefore(deployed, 0.5)
    const pull = await addPull(db, repository, {
      first_commit_at,
      ready_at: first_commit_at,
      merged_at,
      merge_sha: sha,
      ...(index === 4 && { reverts_id: pulls[1] }),
    })
    pulls.push(pull)
    await addCommit(db, repository, sha, {
      parents: [parent],
      committed_at: merged_at,
      authored_at: first_commit_at,
      pull_request_id: pull,
    })
  }
  const deployments = [
    ['c0', day('09-28T12:00:00')],
    ['c1', d1],
    ['c3', d2],
    ['c1', day('10-10T09:00:00')],
    ['c5', d4],
    ['c5', day('10-12T10:00:00')],
  ] as const
  for (const [sha, finished_at] of deployments) await addDeployment(db, repository, { sha, finished_at })
  await link(db, repository)
  return repository
}

test('October, to the last digit', async () => {
  await october()
  const figures = await figuresOf(db, '--between', '2025-10-01..2025-10-31')
  const values = Object.fromEntries(
    Object.entries(figures)
      .filter(([id]) => id.startsWith('dora.'))
      .map(([id, figure]) => [id, [figure?.value, figure?.n]]),
  )
  expect(values).toEqual({
    'dora.deployments': [5, 5],
    'dora.frequency': [0.1613, 5],
    'dora.active_days': [3, 3],
    'dora.lead.p50': [24, 5],
    'dora.lead.p90': [76.8, 5],
    'dora.fail_rate': [0.2, 5],
    'dora.rework_rate': [0.4, 5],
    'dora.recovery.p50': [183, 1],
    'dora.unrecovered': [0, 1],
  })
})
