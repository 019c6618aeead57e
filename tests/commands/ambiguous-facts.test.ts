import { beforeEach, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import {
  addAccount,
  addCommit,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
} from '../helpers/delivery.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

const delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958'
const redelivered = '8a1f7c52-cc78-11e3-9d3c-5b1f6a0e2c11'
const sha = 'abcdef0123456789abcdef0123456789abcdef01'

/** Two organizations have a repository `web` with facts of the same numbers. */
beforeEach(async () => {
  const committed = new Date('2026-02-01T10:00:00Z')
  for (const owner of ['acme', 'umbrella']) {
    const web = await addRepository(db, await addOrganization(db, owner), {
      full_name: `${owner}/web`,
      url: `https://github.com/${owner}/web`,
    })
    await addPull(db, web, { number: 7, title: `By ${owner}` })
    await addIssue(db, web, { number: 8, title: `For ${owner}`, opened_at: committed })
    await addCommit(db, web, sha, { committed_at: committed })
    await addDeployment(db, web, { external_id: owner, ref: 'v1.4.0', finished_at: committed })
    await addAccount(db, 'ada', { host: `${owner}.example.com`, external_id: 1 })
  }
  await addAccount(db, 'grace', { external_id: 2 })
  await addAccount(db, 'grace', { email: 'grace@example.com' })
  for (const key of [`${delivery}:1f2e`, `${redelivered}:3c4d`, `${redelivered}:5e6f`]) {
    await db.sql(
      `INSERT INTO events (id, occurred_at, received_at, source, delivery_key, name, payload, signature, state)
       VALUES (gen_random_uuid(), now(), now(), 'webhook', $1, 'push', '{}', 'unsigned', 'derived')`,
      [key],
    )
  }
})

const aboutAll = 'use the full name, or the id'

test.each([
  ['repos show web', 'repositories are named', 'acme/web, umbrella/web', aboutAll],
  ['prs show web#7', 'pull requests are named', 'acme/web#7, umbrella/web#7', aboutAll],
  ['prs explain web#7', 'pull requests are named', 'acme/web#7, umbrella/web#7', aboutAll],
  ['issues show web#8', 'issues are named', 'acme/web#8, umbrella/web#8', aboutAll],
  [
    'commits show ABCDEF',
    'commits begin with',
    'acme/web@abcdef012345, umbrella/web@abcdef012345',
    'use owner/name@SHA with more of the SHA, or the id',
  ],
  [
    'deployments show v1.4.0',
    'deployments are named',
    'acme/web production v1.4.0, umbrella/web production v1.4.0',
    'use the id, which cto deployments list --fields id,ref,environment,finishedAt prints',
  ],
  [
    'accounts show ada',
    'accounts are named',
    'ada at acme.example.com, ada at umbrella.example.com',
    aboutAll,
  ],
  [
    `events show ${redelivered}`,
    'events begin with',
    `${redelivered}:3c4d, ${redelivered}:5e6f`,
    'use the whole key, or the id',
  ],
])('%s lists the candidates', async (line, several, candidates, fix) => {
  const { exitCode, stdout, stderr } = await cto(db, ...line.split(' '))
  const name = line.split(' ').at(-1) ?? ''
  expect([exitCode, stdout, stderr]).toEqual([
    2,
    '',
    lines(`error: several ${several} "${name}"`, `  candidates: ${candidates}`, `  fix: ${fix}`),
  ])
})

test.each([
  ['repos show umbrella/web', { fullName: 'umbrella/web' }],
  ['repos show https://github.com/acme/web', { fullName: 'acme/web' }],
  ['prs show umbrella/web#7', { title: 'By umbrella' }],
  ['issues show https://github.com/acme/web/issues/8', { title: 'For acme' }],
  ['commits show umbrella/web@abcdef', { repository: 'umbrella/web' }],
  ['deployments show umbrella', { repository: 'umbrella/web' }],
  ['accounts show grace', { login: 'grace', email: null }],
  [`events show ${delivery}`, { deliveryKey: `${delivery}:1f2e` }],
])('%s finds one', async (line, found) => {
  const { stdout } = await cto(db, ...line.split(' '), '--json')
  expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject(found)
})

test('a repository that has a name precedes one that had it', async () => {
  const acme = await addOrganization(db, 'hooli')
  await addRepository(db, acme, { full_name: 'hooli/new', previous_names: ['hooli/shop'] })
  await addRepository(db, acme, { full_name: 'hooli/shop' })
  const { stdout } = await cto(db, 'repos', 'show', 'hooli/shop', '--json')
  expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({ fullName: 'hooli/shop' })
})

test('a filter takes the address of a repository too', async () => {
  const { stdout } = await cto(db, 'prs', 'list', '--repo', 'https://github.com/umbrella/web', '--json')
  expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject([{ title: 'By umbrella' }])
})

test('a commit is named by at least four hexadecimal digits', async () => {
  for (const name of ['main', 'abc', 'abcdeg']) {
    const { exitCode, stderr } = await cto(db, 'commits', 'show', name)
    expect([exitCode, stderr]).toEqual([3, lines(`error: no commit "${name}"`, '  fix: cto commits list')])
  }
})
