import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

/** The database, in which no workspace is chosen. */
let world: World

interface Bug {
  title: string
}

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  for (const domain of ['acme.com', 'beta.org']) {
    await data(world, 'workspaces', 'create', domain)
    await data(world, 'bugs', 'create', '--title', `only in ${domain}`, '--severity', 'high', '-w', domain)
  }
})

async function titles(given: World, ...argv: string[]): Promise<string[]> {
  return (await data<Bug[]>(given, 'bugs', 'list', ...argv)).map(({ title }) => title)
}

test('each workspace holds its own records', async () => {
  expect(await titles(world, '--workspace', 'acme.com')).toEqual(['only in acme.com'])
  expect(await titles(world, '-w', 'beta.org')).toEqual(['only in beta.org'])
  expect(await titles(db)).toEqual([])
})

test('a workspace is named by its id too', async () => {
  const { id } = await data<{ id: string }>(world, 'workspaces', 'show', 'beta.org')
  expect(await titles(world, '-w', id)).toEqual(['only in beta.org'])
})

test('the flag comes before the variable, the variable before .cto.json; none names no workspace', async () => {
  const file = path.join(world.folder, '.cto.json')
  const inVariable = { ...world, env: { ...world.env, CTO_WORKSPACE: 'beta.org' } }
  await writeFile(file, JSON.stringify({ workspace: 'acme.com' }))
  try {
    expect(await titles(world)).toEqual(['only in acme.com'])
    expect(await titles(inVariable)).toEqual(['only in beta.org'])
    expect(await titles(inVariable, '-w', 'acme.com')).toEqual(['only in acme.com'])
    expect(await titles(db, '-w', 'none')).toEqual([])
  } finally {
    await rm(file)
  }
})

test('status and every target name the workspace', async () => {
  expect(await data(world, 'status', '-w', 'acme.com')).toMatchObject({
    workspace: 'acme.com',
    database: { target: expect.stringMatching(/ workspace acme\.com$/) as string },
  })
  const { stderr } = await cto(
    world,
    'bugs',
    'create',
    '--title',
    'another',
    '-s',
    'low',
    '-w',
    'acme.com',
    '--dry-run',
  )
  expect(stderr).toMatch(/^target: .* workspace acme\.com$/m)
  expect(await data(db, 'status')).toMatchObject({ workspace: null })
})

test('an unknown workspace is exit 3, one together with a schema exit 2', async () => {
  expect(await cto(world, 'bugs', 'list', '-w', 'gamma.net')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('no workspace "gamma.net"') as string,
  })
  const inSchema = { ...world, env: { ...world.env, CTO_SCHEMA: 'elsewhere' } }
  expect(await cto(inSchema, 'bugs', 'list', '-w', 'acme.com')).toMatchObject({ exitCode: 2 })
  const inPublic = { ...world, env: { ...world.env, CTO_SCHEMA: 'public' } }
  expect(await cto(inPublic, 'bugs', 'list', '-w', 'acme.com')).toMatchObject({ exitCode: 2 })
})

test('a workspace of a setting that the database does not have is answered with how to unset it', async () => {
  const fixOf = async (given: World, ...argv: string[]) => {
    const { exitCode, stderr } = await cto(given, 'bugs', 'list', ...argv)
    return [exitCode, /^ {2}fix: (.*)$/m.exec(stderr)?.[1]]
  }
  const listed = 'cto workspaces list'
  const inVariable = { ...world, env: { ...world.env, CTO_WORKSPACE: 'gamma.net' } }
  expect(await fixOf(world, '-w', 'gamma.net')).toEqual([3, listed])
  expect(await fixOf(inVariable)).toEqual([3, `${listed}; unset CTO_WORKSPACE, or --workspace none`])
  await cto(world, 'config', 'set', 'workspace', 'gamma.net')
  try {
    expect(await fixOf(world)).toEqual([3, `${listed}; cto config unset workspace, or --workspace none`])
    expect(await fixOf(world, '-w', 'acme.com')).toEqual([0, undefined])
    expect(await cto(world, 'bugs', 'list', '-w', 'none')).not.toMatchObject({ exitCode: 3 })
  } finally {
    await cto(world, 'config', 'unset', 'workspace')
  }
  await cto(world, 'config', 'set', 'workspace', 'gamma.net', '--project')
  try {
    expect(await fixOf(world)).toEqual([
      3,
      `${listed}; cto config unset workspace --project, or --workspace none`,
    ])
  } finally {
    await rm(path.join(world.folder, '.cto.json'))
  }
})

test('an archive of a workspace is verified in it, and not restored into another schema', async () => {
  const [{ file } = { file: '' }] = await data<{ file: string }[]>(world, 'workspaces', 'backup', 'acme.com')
  expect(await cto(world, 'db', 'verify', file, '-w', 'acme.com')).toMatchObject({ exitCode: 0 })
  expect(await cto(world, 'db', 'restore', file, '--into-schema', 'old', '-w', 'acme.com')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cto workspaces restore') as string,
  })
})

test('a workspace that only .cto.json names is asked about before the first write', async () => {
  const file = path.join(world.folder, '.cto.json')
  await writeFile(file, JSON.stringify({ workspace: 'acme.com' }))
  const create = ['bugs', 'create', '--title', 'asked about', '-s', 'low']
  try {
    expect(await cto(world, ...create)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--workspace acme.com') as string,
    })
    expect(await cto({ ...world, terminal: 100, stdin: 'n\r' }, ...create)).toMatchObject({ exitCode: 2 })
    expect(await cto({ ...world, terminal: 100, stdin: 'y\r' }, ...create)).toMatchObject({ exitCode: 0 })
    expect(await cto(world, ...create)).toMatchObject({ exitCode: 0 })
  } finally {
    await rm(file)
  }
})

test('without a workspace no command sends one statement more than its own', async () => {
  const statements = async (...argv: string[]) => {
    const { counters } = await data<{ counters: { queries: number; connections: number } }>(
      ...([argv.includes('-w') ? world : db, 'db', 'info', ...argv] as const),
    )
    return counters
  }
  const outside = await statements()
  expect(outside.connections).toBe(1)
  const none = await data<{ counters: { queries: number } }>(db, 'db', 'info', '-w', 'none')
  expect(none.counters.queries).toBe(outside.queries)
  expect((await statements('-w', 'acme.com')).queries).toBeGreaterThan(outside.queries)
})

test('a workspace grows to its limits and not past them: exit 4, and nothing is written', async () => {
  const inside = ['-w', 'beta.org']
  await data(world, 'workspaces', 'update', 'beta.org', '--limit', 'bugs=2', '--limit', 'users=0')
  await data(world, 'bugs', 'create', '--title', 'the second', '-s', 'low', ...inside)
  expect(await cto(world, 'bugs', 'create', '--title', 'the third', '-s', 'low', ...inside)).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('may hold 2 bugs') as string,
  })
  await writeFile(
    path.join(world.folder, 'export.csv'),
    'Issue key,Summary,Status\nWEB-1,Imported,Done\nWEB-2,Too,Done\n',
  )
  const load = ['import', 'csv', 'export.csv', '--type', 'bugs', '--from', 'jira', ...inside]
  expect(await cto(world, ...load)).toMatchObject({ exitCode: 4 })
  const create = ['users', 'create', '--email', 'a@beta.org', '--name', 'A', ...inside]
  expect(await cto(world, ...create)).toMatchObject({ exitCode: 4 })
  expect(await titles(world, '-w', 'beta.org')).toHaveLength(2)
  await data(world, 'bugs', 'update', 'BUG-1001', '--severity', 'low', ...inside)
  await data(world, 'workspaces', 'update', 'beta.org', '--limit', 'bugs=plan')
  await data(world, 'bugs', 'create', '--title', 'the third', '-s', 'low', ...inside)
})
