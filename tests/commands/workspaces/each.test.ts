import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { inOrder } from '../../../src/admin/workspaces/in-order.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  for (const [domain, plan] of [
    ['one.com', 'basic'],
    ['two.com', 'pro'],
    ['shut.com', 'pro'],
  ]) {
    await data(world, 'workspaces', 'create', domain ?? '', '--plan', plan ?? '')
    await data(world, 'bugs', 'create', '--title', `in ${domain ?? ''}`, '-s', 'high', '-w', domain ?? '')
  }
  await data(world, 'workspaces', 'suspend', 'shut.com', '--yes')
})

function each(...argv: string[]) {
  return cto(world, 'workspaces', 'each', ...argv)
}

function lines(text: string): unknown[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

test('a command runs in every workspace in use; its rows are one table with the workspace first', async () => {
  const list = ['--', 'bugs', 'list', '--fields', 'bugNumber,title']
  expect(await each('--all', ...list)).toMatchObject({
    exitCode: 0,
    stdout: 'workspace\tbugNumber\ttitle\none.com\tBUG-1001\tin one.com\ntwo.com\tBUG-1001\tin two.com\n',
    stderr: '1 suspended workspaces are left out\n',
  })
  expect((await each('two.com', 'one.com', '-f', 'ids', ...list)).stdout).toBe(
    'two.com BUG-1001\none.com BUG-1001\n',
  )
})

test('an unknown user of CTO_USER stops no reading in a workspace; one of --as does', async () => {
  const ask = (env: Record<string, string>, ...flags: string[]) =>
    cto(
      { ...world, env: { ...world.env, ...env } },
      'workspaces',
      'each',
      'one.com',
      ...flags,
      '--',
      'status',
    )
  const configured = await ask({ CTO_USER: 'ada' })
  expect(configured).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('one.com') as string })
  expect(configured.stderr).toContain('one.com: acting as no user: no user "ada" (CTO_USER)\n')
  expect((await ask({}, '--as', 'ada')).stderr).toContain('1 failed: no user "ada"')
})

test.each([
  ['before', ['-f', 'csv', '--formula-guard', '--no-header', '--locale=de'], []],
  ['after', [], ['-f', 'csv', '--formula-guard', '--no-header', '--locale=de']],
  ['after', [], ['--format=csv', '--formula-guard', '--no-header', '--locale', 'de']],
])('flags of the output stand %s --, and guard csv cells', async (_, before, after) => {
  await cto(world, 'users', 'create', '--email', 'a@one.com', '--name', '=SUM(A1)', '-w', 'one.com')
  const list = ['--', 'users', 'list', '--fields', 'name']
  expect(await each('one.com', ...before, ...list, ...after)).toMatchObject({
    exitCode: 0,
    stdout: "\uFEFFone.com;'=SUM(A1)\r\n",
    stderr: '',
  })
})

test('in JSON each workspace is an object, in the order asked for, with the data of the command', async () => {
  const { stdout, exitCode } = await each(
    'two.com',
    'one.com',
    '-f',
    'ndjson',
    '--',
    'bugs',
    'show',
    'BUG-1001',
    '--fields',
    'title',
  )
  expect(exitCode).toBe(0)
  expect(lines(stdout)).toEqual([
    { workspace: 'two.com', exitCode: 0, data: { title: 'in two.com' } },
    { workspace: 'one.com', exitCode: 0, data: { title: 'in one.com' } },
  ])
  const stats = await data(world, 'bugs', 'stats', '-w', 'one.com')
  expect(lines((await each('one.com', '--', 'bugs', 'stats', '-f', 'ndjson')).stdout)).toEqual([
    { workspace: 'one.com', exitCode: 0, data: stats },
  ])
  expect(await data(world, ...['workspaces', 'each', '--plan', 'basic', '--', 'bugs', 'list'])).toMatchObject(
    [{ workspace: 'one.com', data: await data(world, 'bugs', 'list', '-w', 'one.com') }],
  )
})

test('documents follow one another, each under its workspace', async () => {
  const { stdout } = await each('--all', '--', 'bugs', 'explain', 'BUG-1001')
  expect(stdout.match(/^(one|two)\.com$/gm)).toEqual(['one.com', 'two.com'])
})

test('the exit code is that on which all agree, else 5; a failure is printed with the others', async () => {
  const show = ['--', 'bugs', 'show', 'BUG-1002']
  await data(world, 'bugs', 'create', '--title', 'second', '-s', 'low', '-w', 'two.com')
  const mixed = await each('--all', '-f', 'ndjson', ...show)
  expect(mixed.exitCode).toBe(5)
  expect(lines(mixed.stdout)).toMatchObject([
    { workspace: 'one.com', exitCode: 3, error: { code: 'NOT_FOUND', exitCode: 3 } },
    { workspace: 'two.com', exitCode: 0, data: { title: 'second' } },
  ])
  expect(await each('one.com', ...show)).toMatchObject({ exitCode: 3 })
  expect(await each('one.com', 'shut.com', 'two.com', ...show)).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('1 failed: the workspace … is suspended') as string,
  })
})

test('a command that writes needs --yes, prints where it writes, and has a dry run', async () => {
  const create = ['--', 'bugs', 'create', '--title', 'everywhere', '-s', 'low']
  expect(await each('--all', ...create)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--yes') as string,
  })
  expect(await each('--all', '--dry-run', ...create)).toMatchObject({ exitCode: 0 })
  const before = await data(world, 'bugs', 'list', '-w', 'one.com', '--text', 'everywhere')
  expect(before).toEqual([])
  const written = await each('--all', '--yes', ...create)
  expect(written).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(
      /^target: .* workspace one\.com\n.*^target: .* workspace two\.com\n/ms,
    ) as string,
  })
  for (const domain of ['one.com', 'two.com'])
    expect(await data(world, 'bugs', 'list', '-w', domain, '--text', 'everywhere')).toHaveLength(1)
})

test.each([
  ['no command', ['--all'], 'no command is given'],
  ['an unknown command', ['--all', '--', 'bug', 'list'], 'no command "bug list"'],
  ['itself', ['--all', '--', 'workspaces', 'each', '--all', '--', 'status'], 'cannot run in each workspace'],
  [
    'a verb for one database',
    ['--all', '--', 'db', 'reset', '--confirm', 'x'],
    'cannot run in each workspace',
  ],
  ['a restore', ['--all', '--', 'db', 'restore', 'x'], 'cannot run in each workspace'],
  ['the demo', ['--all', '--', 'demo'], 'cannot run in each workspace'],
  ['settings', ['--all', '--', 'config', 'list'], 'cannot run in each workspace'],
  ['standard input', ['--all', '--', 'import', 'csv', '-', '--type', 'bugs'], 'standard input'],
  ['another workspace', ['--all', '--', 'bugs', 'list', '-w', 'two.com'], '-w is for all workspaces alike'],
  ['a profile', ['--all', '--', 'bugs', 'list', '--profile=x'], 'is for all workspaces alike'],
  ['no workspace', ['--', 'bugs', 'list'], 'no workspace is named'],
])('%s is refused before anything runs: exit 2', async (_, argv, message) => {
  expect(await each(...argv)).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining(message) as string,
  })
})

test('a flag that hides another workspace among short ones changes nothing', async () => {
  const { stdout } = await each('one.com', '--', 'bugs', 'list', '-qwtwo.com', '--fields', 'title')
  expect(stdout).toContain('in one.com')
  expect(stdout).not.toContain('in two.com')
})

test('results come in order, whichever is ready first, with a limit of runs at once', async () => {
  let [running, most] = [0, 0]
  const results: number[] = []
  const work = async (ms: number) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, ms))
    running--
    return ms
  }
  for await (const each of inOrder([30, 1, 10, 1, 1], 2, work)) results.push(each)
  expect([results, most]).toEqual([[30, 1, 10, 1, 1], 2])
})

test.each([[['--locale', 'de']], [['--locale=de']]])(
  'a flag that the command has itself stays its own: an import reads numbers by %j',
  async (locale) => {
    const name = `numbers${locale.length}.csv`
    await writeFile(path.join(world.folder, name), `Title;Revenue\n${name};1.234\n`)
    const line = ['import', 'csv', name, '--type', 'bugs', '--map', 'revenueImpact=Revenue', ...locale]
    const ran = await each('one.com', '--yes', '--', ...line)
    expect(ran.exitCode, ran.stderr).toBe(0)
    const list = ['bugs', 'list', '--text', name, '-w', 'one.com']
    expect(await data(world, ...list)).toMatchObject([{ revenueImpact: '1234.00' }])
  },
)
