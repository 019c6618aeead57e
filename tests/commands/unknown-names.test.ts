import { expect, test } from 'vitest'
import type { CommandDescription } from '../../src/shapes/command.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addAccount, addCommit, addOrganization, addRepository } from '../helpers/delivery.js'
import { addProject, addUser } from '../helpers/factories.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

/** Types of flags and arguments that name one stored record; an import and a session are named by the beginning of an id. */
const namedTypes = ['project', 'user', 'organization', 'repository', 'author', 'rule', 'dashboard']
const byId = ['import', 'session', 'review', 'event', 'commit', 'issue', 'pull-request', 'account', 'bug']

test('every filter and argument that names nothing is exit 3, with a fix', async () => {
  await addUser(db, 'ada')
  const { stdout } = await cto(db, 'commands', '--json')
  const { data } = JSON.parse(stdout) as { data: CommandDescription[] }
  const tried = data.filter(isRead).flatMap(linesOf)
  expect(tried).toContain('metrics delivery --repo zzqqzz')
  expect(tried.length).toBeGreaterThan(100)
  const odd: unknown[] = []
  for (const line of tried) {
    const { exitCode, stderr } = await cto(db, ...line.split(' '))
    const isPlain = /^error: no .*"?zzqqzz"?\n(.*\n)*? {2}fix: cto /m.test(stderr)
    if (exitCode !== 3 || !isPlain) odd.push([line, exitCode, stderr])
  }
  expect(odd).toEqual([])
})

/** The others need a database, a file or a workspace of their own. */
function isRead({ path, effect }: CommandDescription): boolean {
  return effect === 'reads' && !/^(db|workspaces|demo|status|secrets)\b/.test(path)
}

/** A line for each argument and flag that takes a name. */
function linesOf({ path, arguments: takes, flags }: CommandDescription): string[] {
  const [first, second] = takes.filter(({ required }) => required)
  if (first) {
    const isNamed = [...namedTypes, ...byId].includes(first.type)
    return isNamed && !second ? [`${path} zzqqzz`] : []
  }
  return flags
    .filter(({ type, global }) => namedTypes.includes(type) && !global)
    .map(({ name }) => `${path}${metricFor(path, name)} ${name} zzqqzz`)
}

/** What a command needs beside the filter: a metric that it narrows. */
function metricFor(path: string, flag: string): string {
  const metric = ['--org', '--repo', '--author'].includes(flag) ? 'commit.count' : 'open.total'
  if (path === 'metrics check') return ` --max ${metric}=0`
  return path === 'metrics explain' ? ` ${metric}` : ''
}

test('a name with which several begin, and one that several have, have different messages', async () => {
  await addProject(db, 'Mobile app')
  await addProject(db, 'Mobile site')
  for (const owner of ['acme', 'umbrella']) {
    await addRepository(db, await addOrganization(db, owner), { full_name: `${owner}/web` })
  }
  const refusal = async (...line: string[]) => {
    const { exitCode, stderr } = await cto(db, ...line)
    return [exitCode, stderr.replace(/\(\S{36}\)/g, '(ID)')]
  }
  expect(await refusal('projects', 'show', 'Mobil')).toEqual([
    2,
    lines(
      'error: several projects begin with "Mobil"',
      '  candidates: Mobile app, Mobile site',
      '  fix: use the full name, or the id',
    ),
  ])
  expect(await refusal('prs', 'list', '--repo', 'web')).toEqual([
    2,
    lines(
      'error: several repositories are named "web"',
      '  candidates: acme/web, umbrella/web',
      '  fix: use the full name, or the id',
    ),
  ])
})

test.each([
  ['ct', null],
  ['hadop', 'ctrezzo/hadoop'],
  ['ctrezzo/hadop', 'ctrezzo/hadoop'],
])('of the repository ctrezzo/hadoop, --repo %s suggests %s', async (name, meant) => {
  await addRepository(db, await addOrganization(db, 'ctrezzo'), { full_name: 'ctrezzo/hadoop' })
  const { exitCode, stderr } = await cto(db, 'metrics', 'delivery', '--repo', name)
  expect([exitCode, stderr]).toEqual([
    3,
    lines(
      `error: no repository named "${name}"`,
      ...(meant === null ? [] : [`  did you mean "${meant}"?`]),
      '  fix: cto repos list',
    ),
  ])
})

test('an address is suggested for the name before its @', async () => {
  await addUser(db, 'aiko')
  const { stderr } = await cto(db, 'bugs', 'list', '--assignee', 'aikoo')
  expect(stderr).toContain('did you mean "aiko@example.com"?\n')
})

test('an author is found by a login, an address, its local part, or the name of the account', async () => {
  await addCommits()
  const shasBy = async (author: string) => {
    const { stdout } = await cto(db, 'commits', 'list', '--author', author, '--fields', 'sha', '--no-header')
    return stdout.trim().split('\n').sort()
  }
  expect(await shasBy('maintainers')).toEqual(['c1'])
  expect(await shasBy('Site Maintainers')).toEqual(['c1'])
  expect(await shasBy('GRACE.H')).toEqual(['c2', 'c3'])
  expect(await shasBy('!grace.h')).toEqual(['c1', 'c4', 'c5'])
  const show = await cto(db, 'accounts', 'show', 'maintainers', '--json')
  expect(JSON.parse(show.stdout)).toMatchObject({ data: { email: 'maintainers@users.example.org' } })
})

test('an author who is a user without accounts gets an empty list, and a remark with the command that links one', async () => {
  await addCommits()
  await addUser(db, 'lena')
  const remark =
    'no account is linked to lena@example.com, so --author matches nothing of this user: ' +
    'cto users link lena@example.com LOGIN\n'
  for (const line of ['commits list', 'prs list', 'issues list', 'reviews list', 'metrics developer']) {
    const { exitCode, stderr } = await cto(db, ...line.split(' '), '--author', 'lena')
    expect([line, exitCode, stderr]).toEqual([line, 0, expect.stringContaining(remark)])
  }
  expect((await cto(db, 'prs', 'list', '--author', '@me', '--as', 'lena')).stderr).toContain(remark)
  await cto(db, 'users', 'link', 'lena', 'grace')
  expect((await cto(db, 'commits', 'list', '--author', 'lena')).stderr).not.toContain('linked')
})

test.each([
  ['commits list --author maintaners', 'maintaners', 'maintainers@users.example.org'],
  ['prs list --author gracee', 'gracee', 'grace'],
  ['metrics delivery --author mantainers', 'mantainers', 'maintainers@users.example.org'],
  ['accounts erase gracee --yes', 'gracee', 'grace'],
  ['accounts show gracee', 'gracee', 'grace at github.com'],
])('%s suggests an account', async (line, name, meant) => {
  await addCommits()
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr.replace(/^target: .*\n/, '')]).toEqual([
    3,
    lines(`error: no account "${name}"`, `  did you mean "${meant}"?`, '  fix: cto accounts list'),
  ])
})

test('a local part of two people names neither, and --author me means @me', async () => {
  await addCommits()
  const { exitCode, stderr } = await cto(db, 'commits', 'list', '--author', 'ops')
  expect([exitCode, stderr]).toEqual([
    2,
    lines(
      'error: several accounts are named "ops"',
      '  candidates: ops@one.example.org, ops@two.example.org',
      '  fix: use the login or the whole address',
    ),
  ])
  expect((await cto(db, 'commits', 'list', '--author', 'me')).stderr).toContain('fix: @me, ')
  const byName = await cto(db, 'accounts', 'show', 'grace at github.com', '--fields', 'login', '--no-header')
  expect(byName.stdout).toBe('grace\n')
})

/** Commits of an address, of a login with another address, and of two people with the same local part. */
async function addCommits(): Promise<void> {
  const web = await addRepository(db, await addOrganization(db, 'acme'))
  const address = (email: string, row = {}) => addAccount(db, '', { login: null, email, ...row })
  const grace = await addAccount(db, 'grace', { external_id: 2 })
  const authors = [
    await address('maintainers@users.example.org', { name: 'Site Maintainers' }),
    await address('grace.h@example.org', { main_id: grace }),
    grace,
    await address('ops@one.example.org'),
    await address('ops@two.example.org'),
  ]
  for (const [index, authorId] of authors.entries()) {
    await addCommit(db, web, `c${index + 1}`, {
      author_id: authorId,
      committed_at: new Date('2026-02-01T10:00:00Z'),
    })
  }
}
