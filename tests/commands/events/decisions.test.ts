import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cto, type Result } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addCommit, expectStagesToAddUp } from '../../helpers/delivery.js'
import { addBug } from '../../helpers/factories.js'
import { auditOf } from '../../helpers/records.js'

/* What users decide of repositories and deployments, beside what sources report. */

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

let sent = 0

const head = 'a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81'

async function ingest(title: string, minute: number): Promise<Result> {
  const ada = { id: 7, login: 'ada', type: 'User' }
  const body = {
    action: 'edited',
    repository: { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false },
    sender: ada,
    pull_request: {
      ...{ id: 70, number: 5, title, state: 'open', draft: false, user: ada, labels: [{ name: 'api' }] },
      ...{ created_at: '2026-02-02T10:00:00Z', updated_at: `2026-02-02T10:${minute}:00Z` },
      ...{ base: { ref: 'main' }, head: { ref: 'retry', sha: head } },
    },
  }
  const headers = { 'X-GitHub-Event': 'pull_request', 'X-GitHub-Delivery': `d-${minute}` }
  await writeFile(path.join(db.folder, 'd.jsonl'), JSON.stringify({ headers, body }))
  return cto(db, 'events', 'ingest', 'd.jsonl')
}

const texts = () =>
  db.sql(
    `SELECT p.title, p.head_branch AS branch, p.labels, (SELECT string_agg(e.payload::text, '') FROM events e) AS payloads
     FROM pull_requests p`,
  )

beforeEach(async () => {
  await ingest('Retry the checkout', 10)
})

test('a repository that becomes confidential keeps no text, and takes none any more', async () => {
  expect(await texts()).toMatchObject([{ title: 'Retry the checkout', branch: 'retry', labels: ['api'] }])
  const { exitCode } = await cto(db, 'repos', 'update', 'acme/shop', '--sensitivity', 'confidential')
  expect(exitCode).toBe(0)
  expect(await texts()).toEqual([{ title: null, branch: null, labels: null, payloads: null }])
  await ingest('Retry the secret', 20)
  const [row] = await texts()
  expect(row).toMatchObject({ title: null, branch: null, labels: null })
  expect(String(row?.['payloads'])).toContain(head)
  expect(String(row?.['payloads'])).not.toMatch(/secret|retry|api|main/i)
})

test('the names of tags, of keys that users choose, and of refs that they record are kept out of a confidential repository', async () => {
  const repository = {
    id: 1,
    full_name: 'acme/shop',
    html_url: 'https://github.com/acme/shop',
    private: false,
  }
  const deliver = async (name: string, body: object) => {
    const headers = { 'X-GitHub-Event': name, 'X-GitHub-Delivery': `${name}-${String(++sent)}` }
    await writeFile(
      path.join(db.folder, 't.jsonl'),
      JSON.stringify({ headers, body: JSON.stringify({ repository, ...body }) }),
    )
    expect((await cto(db, 'events', 'ingest', 't.jsonl')).exitCode).toBe(0)
  }
  const tag = (name: string) => deliver('push', { ref: `refs/tags/${name}`, after: head, commits: [] })
  const level = (sensitivity: string) => cto(db, 'repos', 'update', 'acme/shop', '--sensitivity', sensitivity)
  const stored = async () =>
    JSON.stringify([await db.sql('SELECT * FROM deployments'), await db.sql('SELECT * FROM events')])
  const deployments = () =>
    db.sql('SELECT source, count(*)::int AS n FROM deployments GROUP BY source ORDER BY 1')
  await tag('falcon-1')
  expect(await stored()).toContain('falcon')
  await level('confidential')
  await tag('falcon-1')
  await tag('falcon-2')
  await deliver('deployment', {
    deployment: { id: 5, sha: head, created_at: '2026-02-02T10:00:00Z', payload: { falcon: true } },
  })
  await cto(db, 'deployments', 'record', 'shop', '--sha', head, '--ref', 'falcon')
  const expected = [
    { source: 'deployment', n: 1 },
    { source: 'manual', n: 1 },
    { source: 'tag', n: 2 },
  ]
  expect(await deployments()).toEqual(expected)
  expect(await stored()).not.toContain('falcon')
  await level('restricted')
  await tag('falcon-2')
  await level('internal')
  await tag('falcon-1')
  expect(await deployments()).toEqual(expected)
})

test('a deployment that users record is recorded once under its id, and ships nothing as the first one', async () => {
  const record = () =>
    cto(db, 'deployments', 'record', 'shop', '--sha', head, '--external-id', 'run-7', '--json')
  const { stdout, exitCode } = await record()
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      source: 'manual',
      environment: 'production',
      status: 'success',
      link: 'unknown',
      pullRequests: 0,
    },
  })
  expect((await record()).exitCode).toBe(7)
})

test('a failed attempt changes no figure, and the verb that records a failure is named', async () => {
  const record = (status: string) => cto(db, 'deployments', 'record', 'shop', '--status', status)
  const { stdout: before } = await cto(db, 'metrics', 'delivery', '--fields', 'id,value', '--json')
  const notice =
    'a failed attempt counts neither as a deployment nor as a failure; for a deployment that brought a bug: cto deployments fail DEPLOYMENT --bug BUG\n'
  const failed = await record('failure')
  expect([failed.exitCode, failed.stderr]).toEqual([0, expect.stringContaining(notice)])
  const { stdout: after } = await cto(db, 'metrics', 'delivery', '--fields', 'id,value', '--json')
  expect(after).toBe(before)
  const shipped = await record('success')
  expect([shipped.exitCode, shipped.stderr]).toEqual([0, expect.not.stringContaining('attempt')])
})

test('a deployment that users record has ended: a later moment, or what is none, is exit 2 with the ways to write it', async () => {
  const record = (at: string) => cto(db, 'deployments', 'record', 'shop', '--at', at, '--json')
  const ended = async (at: string) =>
    (JSON.parse((await record(at)).stdout) as { data: { finishedAt: string } }).data.finishedAt
  // Now is 2026-03-02 09:00 in UTC.
  expect(await ended('2h')).toBe('2026-03-02T07:00:00.000Z')
  expect(await ended('2026-03-02T09:03:00Z')).toBe('2026-03-02T09:00:00.000Z')
  expect(await cto(db, 'deployments', 'record', 'shop', '--at', '2026-03-03')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'error: in the future: "2026-03-03"\n  fix: name a moment that has passed\n',
  })
  expect(await cto(db, 'deployments', 'record', 'shop', '--at', 'noon')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: not a moment: "noon"\n  fix: write 2h (ago), yesterday, 2026-08-31 or 2026-08-31T17:00:00Z\n',
  })
  expect(await db.sql('SELECT count(*)::int AS n FROM deployments')).toEqual([{ n: 2 }])
})

test('the bug that a deployment brought makes it fail', async () => {
  await addBug(db, { title: 'Checkout times out', severity: 'critical' })
  await cto(db, 'deployments', 'record', 'shop', '--external-id', 'run-7', '--at', '2026-03-01T10:00:00Z')
  expect((await cto(db, 'deployments', 'fail', 'run-7', '--bug', 'BUG-1001')).exitCode).toBe(0)
  const failRate = async () => {
    const { stdout } = await cto(db, 'metrics', 'explain', 'dora.fail_rate', '--json')
    return (JSON.parse(stdout) as { data: { value: number; n: number } }).data
  }
  expect(await failRate()).toMatchObject({ value: 1, n: 1 })
  const undo = ['deployments', 'fail', 'run-7', '--bug', 'BUG-1001', '--undo']
  expect(await cto(db, ...undo)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('no longer noted as brought by it: BUG-1001') as string,
  })
  expect(await failRate()).toMatchObject({ value: 0, n: 1 })
  expect((await cto(db, ...undo)).exitCode).toBe(7)
  const acts = (await auditOf(db))
    .map(({ action }) => action)
    .filter((action) => action.startsWith('deployment.fail'))
  expect(acts.sort()).toEqual(['deployment.fail', 'deployment.fail-undo'])
})

test('a deployment names the bugs that it brought, and each bug the deployment', async () => {
  await addBug(db, { title: 'Checkout times out' })
  await addBug(db, { title: 'Basket is empty' })
  await addBug(db, { title: 'Logo is blue' })
  const at = ['--at', '2026-03-01T10:00:00Z']
  await cto(db, 'deployments', 'record', 'shop', '--external-id', 'run-7', '--service', 'api', ...at)
  const { stdout: recorded } = await cto(db, 'deployments', 'show', 'run-7', '--json')
  const { data } = JSON.parse(recorded) as { data: { id: string; bugs: string[] } }
  expect(data.bugs).toEqual([])
  for (const bug of ['BUG-1002', 'BUG-1001']) await cto(db, 'deployments', 'fail', 'run-7', '--bug', bug)
  const terminal = { ...db, terminal: 80 }
  expect((await cto(terminal, 'deployments', 'show', 'run-7')).stdout).toMatch(/^BUGS +BUG-1001,BUG-1002$/m)
  const fields = ['--fields', 'externalId,bugs', '--no-header']
  expect((await cto(db, 'deployments', 'list', ...fields)).stdout).toBe('run-7\tBUG-1001,BUG-1002\n')
  expect((await cto(terminal, 'bugs', 'show', 'BUG-1001')).stdout).toMatch(
    /^BROUGHT BY +acme\/shop production api run-7$/m,
  )
  expect((await cto(terminal, 'bugs', 'show', 'BUG-1003')).stdout).not.toContain('BROUGHT BY')
  const { stdout } = await cto(db, 'bugs', 'show', 'BUG-1001', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      causedByDeployment: {
        ...{ id: data.id, repository: 'acme/shop', environment: 'production', service: 'api' },
        ...{ ref: null, sha: null, externalId: 'run-7' },
      },
    },
  })
})

describe('a deployment that was recorded by mistake', () => {
  const record = async (id: string, at: string, sha: string) => {
    const line = ['deployments', 'record', 'shop', '--external-id', id, '--sha', sha]
    expect((await cto(db, ...line, '--at', at)).exitCode).toBe(0)
  }
  const shipped = () =>
    db.sql(`
      SELECT d.external_id AS id, d.link, (SELECT count(*)::int FROM commits c WHERE c.deployment_id = d.id) AS commits,
        (SELECT p.external_id FROM deployments p WHERE p.id = d.previous_id) AS previous,
        (SELECT b.external_id FROM deployments b WHERE b.id = d.rolled_back_by_id) AS "rolledBackBy"
      FROM deployments d ORDER BY d.finished_at`)
  const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string]

  beforeEach(async () => {
    const [repository] = await db.sql<{ id: string }>('SELECT id::text FROM repositories')
    const id = repository?.id ?? ''
    await addCommit(db, id, first, { committed_at: '2026-02-01T10:00:00Z', parents: [] })
    await addCommit(db, id, second, { committed_at: '2026-02-02T10:00:00Z', parents: [first] })
    await addCommit(db, id, third, { committed_at: '2026-02-03T10:00:00Z', parents: [second] })
    await record('run-1', '2026-02-01T12:00:00Z', first)
    await record('run-2', '2026-02-02T12:00:00Z', second)
    await record('run-3', '2026-02-03T12:00:00Z', third)
    await record('run-4', '2026-02-04T12:00:00Z', first)
  })

  test('is deleted, and what the others shipped and took back is computed again', async () => {
    const none = { link: 'exact', commits: 0, rolledBackBy: null }
    expect(await shipped()).toEqual([
      { ...none, id: 'run-1', link: 'unknown', previous: null },
      { ...none, id: 'run-2', commits: 1, previous: 'run-1', rolledBackBy: 'run-4' },
      { ...none, id: 'run-3', commits: 1, previous: 'run-2', rolledBackBy: 'run-4' },
      { ...none, id: 'run-4', previous: 'run-3' },
    ])
    const list = await cto(
      db,
      'deployments',
      'list',
      '--fields',
      'externalId,pullRequests,commits',
      '-f',
      'csv',
    )
    expect(list.stdout).toContain('run-3,0,1')
    expect((await cto(db, 'deployments', 'delete', 'run-2', '--dry-run')).exitCode).toBe(0)
    expect(await shipped()).toHaveLength(4)
    const { exitCode, stderr } = await cto(db, 'deployments', 'delete', 'run-2', '--yes')
    expect([exitCode, stderr]).toEqual([
      0,
      `target: ${db.target}\ndeleted the deployment acme/shop production 222222222222\n`,
    ])
    expect((await cto(db, 'deployments', 'delete', 'run-4', '--yes')).exitCode).toBe(0)
    expect(await shipped()).toEqual([
      { ...none, id: 'run-1', link: 'unknown', previous: null },
      { ...none, id: 'run-3', commits: 2, previous: 'run-1' },
    ])
    const audited = (await auditOf(db)).filter(({ action }) => action === 'deployment.delete')
    const deleted = (externalId: string) =>
      expect.objectContaining({ details: expect.objectContaining({ externalId }) as unknown }) as unknown
    expect(audited).toHaveLength(2)
    expect(audited).toEqual(expect.arrayContaining([deleted('run-2'), deleted('run-4')]))
  })

  test('is kept without a yes, and where a source reports it', async () => {
    expect((await cto(db, 'deployments', 'delete', 'run-2')).exitCode).toBe(2)
    await db.sql(`UPDATE deployments SET source = 'release' WHERE external_id = 'run-3'`)
    const { exitCode, stderr } = await cto(db, 'deployments', 'delete', 'run-3', '--yes')
    expect(exitCode).toBe(7)
    expect(stderr).toContain('a release reported this one')
    expect((await cto(db, 'deployments', 'delete', 'run-9', '--yes')).exitCode).toBe(3)
    expect(await shipped()).toHaveLength(4)
  })
})
