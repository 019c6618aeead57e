import { expect, test } from 'vitest'
import { serverVersions, useOwnServer } from '../../helpers/own-server.js'
import { cto } from '../../helpers/cto.js'
import { useServer } from '../../helpers/server.js'
import { data } from '../../helpers/workspaces.js'

useServer()

/** The schema `portfolio` belongs to an ordinary role. */
const server = useOwnServer({ version: 18, installed: serverVersions[0]?.installed }, [])

function outside() {
  const url = new URL(server.url)
  url.searchParams.delete('schema')
  return { env: { DATABASE_URL: url.href }, folder: server.folder }
}

test('a schema of cto becomes a workspace where it is, with all its rows', async () => {
  await server.admin('ALTER ROLE app CREATEROLE')
  await data(server, 'db', 'seed')
  const before = await data(server, 'bugs', 'list', '--limit', '0', '--status', 'all')
  await data(outside(), 'workspaces', 'init')
  const adopt = ['workspaces', 'adopt', 'portfolio', '--domain', 'acme.com']

  await server.sql('CREATE TABLE portfolio.notes (id int PRIMARY KEY)')
  expect(await cto(outside(), ...adopt)).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('table notes') as string,
  })
  await server.sql('DROP TABLE portfolio.notes')
  expect(await cto(outside(), 'workspaces', 'adopt', 'public', '--domain', 'p.com')).toMatchObject({
    exitCode: 2,
  })
  expect(await cto(outside(), 'workspaces', 'adopt', 'nowhere', '--domain', 'n.com')).toMatchObject({
    exitCode: 3,
  })
  const tooLong = 's'.repeat(58)
  for (const schema of ['acme_login', tooLong])
    expect(await cto(outside(), 'workspaces', 'adopt', schema, '--domain', 'p.com')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`a schema named ${schema} cannot be a workspace`) as string,
    })
  await data(outside(), ...adopt, '--dry-run')

  expect(await data(outside(), ...adopt)).toMatchObject({ schemaName: 'portfolio', isBehind: false })
  const inside = ['-w', 'acme.com']
  expect(await data(outside(), 'bugs', 'list', '--limit', '0', '--status', 'all', ...inside)).toEqual(before)
  const create = ['bugs', 'create', '--title', 'after', '-s', 'low', ...inside]
  expect(await data(outside(), ...create)).toMatchObject({ bugNumber: 'BUG-1011' })
  expect(
    await server.admin(`SELECT DISTINCT pg_get_userbyid(relowner) AS owner, relrowsecurity AS secured
      FROM pg_class WHERE relnamespace = 'portfolio'::regnamespace AND relkind = 'r'`),
  ).toEqual([{ owner: 'portfolio', secured: true }])
  await expect(server.sql('SELECT * FROM portfolio.bugs')).rejects.toMatchObject({ code: '42501' })
  expect(await cto(outside(), ...adopt)).toMatchObject({ exitCode: 7 })
})
