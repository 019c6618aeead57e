import { expect, test } from 'vitest'
import type { CommandDescription } from '../../src/shapes/command.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addOrganization, addRepository } from '../helpers/delivery.js'
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
