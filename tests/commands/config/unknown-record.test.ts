import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addUser } from '../../helpers/factories.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

const set = (...words: string[]) => cto(db, 'config', 'set', ...words)

test('a user whom the database lacks is stored, with a remark and the command that creates the user', async () => {
  await addUser(db, 'mara')
  const { exitCode, stderr } = await set('user', 'sara')
  expect([exitCode, stderr.replace(/ in .+ yet/, ' in DATABASE yet')]).toEqual([
    0,
    'no user "sara" in DATABASE yet; did you mean "mara@example.com"?\n' +
      'fix: cto users create --email sara@example.com --name "Your Name"\n',
  ])
  expect((await cto(db, 'config', 'get', 'user')).stdout).toBe('sara\n')
  expect((await set('user', 'sara', '--quiet')).stderr).toBe('')
})

test('a user of the database, or none, needs no remark', async () => {
  await addUser(db, 'ada')
  for (const name of ['ada', 'ADA@example.com', 'none']) expect((await set('user', name)).stderr).toBe('')
})

test('a name that several users have is remarked on, with their emails', async () => {
  await addUser(db, 'ada', { email: 'ada@one.example' })
  await addUser(db, 'ada', { email: 'ada@two.example' })
  expect((await set('user', 'ada')).stderr).toBe(
    'several users are named "ada"; candidates: ada@one.example, ada@two.example\n' +
      'fix: set the user to the email of one of them\n',
  )
})

test('without a database nothing is created, and no user is known', async () => {
  const world = { env: {}, folder: path.join(db.folder, 'elsewhere') }
  const { stderr } = await cto(world, 'config', 'set', 'user', 'ada@example.com')
  const home = path.join(world.folder, 'home')
  expect(stderr).toBe(
    `no user "ada@example.com" in embedded ${home} yet\n` +
      'fix: cto users create --email ada@example.com --name "Your Name"\n',
  )
  expect(existsSync(home)).toBe(false)
})

test('a server that cannot be asked makes no remark', async () => {
  const world = { ...db, env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' } }
  expect(await cto(world, 'config', 'set', 'user', 'sara')).toMatchObject({ exitCode: 0, stderr: '' })
})

test('so is a workspace that the registry lacks; one that it has needs no remark', async () => {
  const world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  await data(world, 'workspaces', 'create', 'here.com')
  const choose = (name: string) => cto(world, 'config', 'set', 'workspace', name)
  expect((await choose('there.com')).stderr).toMatch(
    /^no workspace "there\.com" in .+ yet\nfix: cto workspaces list, or cto workspaces create there\.com\n$/,
  )
  for (const name of ['here.com', 'none']) expect((await choose(name)).stderr).toBe('')
})

test('and a profile that the user file lacks', async () => {
  await set('profiles.staging.home', path.join(db.folder, 'staging'))
  expect((await set('profile', 'stagin', '--project')).stderr).toBe(
    `no profile "stagin" in ${path.join(db.folder, '.config/cto/config.json')} yet; did you mean "staging"?\n` +
      'fix: cto config set profiles.stagin.url -\n',
  )
  expect((await set('profile', 'staging', '--project')).stderr).not.toContain('no profile')
})
