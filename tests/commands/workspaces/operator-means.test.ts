import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { GithubServer } from '../../helpers/github-server.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()
const github = new GithubServer()
const domain = 'guest.com'

let world: World

beforeAll(async () => {
  await github.start()
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  await data(world, 'workspaces', 'create', domain)
})
beforeEach(() => {
  github.forget()
  github.tokens.clear()
})
afterAll(() => github.stop())

function withMeans(env: Record<string, string>): World {
  return { ...world, env: { ...world.env, ...env } }
}

test('GITHUB_TOKEN of an operator reads no repository that only the rows of a workspace name', async () => {
  await data(world, 'repos', 'add', 'rival/private', '-w', domain)
  const asOperator = withMeans({ GITHUB_API_URL: github.url, GITHUB_TOKEN: 'ghp_operator' })
  const { stderr } = await cto(asOperator, 'repos', 'sync', '-w', domain)
  expect(stderr).toContain('GITHUB_TOKEN is not used for repositories that the workspace names')
  expect([github.answers.length > 0, ...github.tokens]).toEqual([true, undefined])

  github.tokens.clear()
  await cto(asOperator, 'repos', 'sync', 'rival/private', '-w', domain)
  expect([...github.tokens]).toEqual([expect.stringContaining('ghp_operator')])
})

test('files of alerts that an operator sends are below a folder of the workspace', async () => {
  const folder = path.join(db.folder, 'operator-alerts')
  mkdirSync(folder, { recursive: true })
  const asOperator = withMeans({ CTO_NOTIFY_DIR: folder })
  for (const [name, to] of [
    ['own', 'out.ndjson'],
    ['of another', path.join(folder, 'rival.ndjson')],
  ] as const)
    await data(
      asOperator,
      ...['notify', 'create', name, '--when', 'open.critical>0', '--channel', 'file', '--to', to],
      ...['-w', domain],
    )
  await data(world, 'bugs', 'create', '--title', 'broken', '-s', 'critical', '-w', domain)
  await cto(asOperator, 'notify', 'run', '-w', domain)

  const written = readFileSync(path.join(folder, domain, 'out.ndjson'), 'utf8')
  expect(JSON.parse(written)).toMatchObject({ type: 'alert.firing', data: { rule: 'own' } })
  expect(existsSync(path.join(folder, 'rival.ndjson'))).toBe(false)
  expect(await data<unknown[]>(world, 'notify', 'log', '-w', domain)).toContainEqual(
    expect.objectContaining({ ruleName: 'of another', error: 'the file is not below CTO_NOTIFY_DIR' }),
  )
})
