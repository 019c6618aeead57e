import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { splitStatements } from '../../../src/engine/schema/statements.js'
import { cto, type World } from '../../helpers/cto.js'
import { serverVersions, useOwnServer } from '../../helpers/own-server.js'
import { programsOf15 } from '../../helpers/postgresql-server.js'
import { useServer } from '../../helpers/server.js'
import { checkOf } from './prove-fault.js'

// The project of the server has the catalogue of the migrations as they are now.
useServer()

/** The commands of the page, in order: the whole database, the schema, single tables. */
const [whole = '', schema = '', rows = ''] = (
  readFileSync('docs/operations.md', 'utf8').split('## Copies by pg_dump\n')[1]?.split('\n## ')[0] ?? ''
)
  .split('```sh\n')
  .slice(1)
  .map((block) => block.split('```')[0] ?? '')

const installed = serverVersions.filter((version) => version.installed === programsOf15)

describe.each(installed)('docs/operations.md, with pg_dump and psql of PostgreSQL $version', (version) => {
  const server = useOwnServer(version, [])

  /** A database of the server, as the page names it and its schema. */
  const inDatabase = (name: string): World => {
    const url = new URL(server.url)
    url.pathname = `/${name}`
    url.searchParams.set('schema', 'cto')
    return { ...server, env: { DATABASE_URL: url.href } }
  }
  const counts = async (name: string) => {
    const { stdout } = await cto(inDatabase(name), 'db', 'info', '--json')
    const { tables } = (JSON.parse(stdout) as { data: { tables: { name: string; rows: number }[] } }).data
    return Object.fromEntries(tables.map((table) => [table.name, table.rows]))
  }
  const run = (commands: string) => {
    const url = new URL(server.url)
    execFileSync('sh', ['-ec', commands], {
      cwd: server.folder,
      env: {
        PATH: `${programsOf15}:${process.env['PATH'] ?? ''}`,
        SERVER: `${url.protocol}//app:secret@${url.host}`,
      },
    })
  }

  beforeAll(async () => {
    for (const words of [['init'], ['seed']])
      expect(await cto(inDatabase('app'), 'db', ...words)).toMatchObject({ exitCode: 0 })
  })

  beforeEach(async () => {
    await server.admin('DROP DATABASE IF EXISTS copy')
    await server.admin('CREATE DATABASE copy OWNER app')
  })

  test('a copy of the whole database is as the original', async () => {
    run(whole)
    expect(await counts('copy')).toEqual(await counts('app'))
    for (const id of ['schema.migrations', 'schema.drift', 'schema.sequences', 'data.history'])
      expect(await checkOf(inDatabase('copy'), id)).toMatchObject({ id, status: 'ok' })
  })

  test('a copy of the schema lacks casts, which doctor restores', async () => {
    run(schema)
    expect(await counts('copy')).toEqual(await counts('app'))
    const check = await checkOf(inDatabase('copy'), 'schema.drift')
    expect(check.examples.filter((name) => !name.startsWith('CAST '))).toEqual([])
    expect(check.count).toBeGreaterThan(0)
    const copy = inDatabase('copy')
    execFileSync(`${programsOf15}/psql`, ['-qX', '-v', 'ON_ERROR_STOP=1', plainUrl(copy)], {
      input: splitStatements(check.fix?.sql ?? '').join(';\n') + ';\n',
    })
    expect(await checkOf(copy, 'schema.drift')).toMatchObject({ status: 'ok' })
  })

  test('rows of single tables come back, and others stay', async () => {
    const before = await counts('app')
    const [dump = '', restore = ''] = rows.trim().split('\n')
    run(dump)
    await server.sql('DELETE FROM cto.project_metrics')
    await server.sql("UPDATE cto.projects SET description = 'changed since'")
    expect(await counts('app')).not.toEqual(before)
    run(restore)
    expect(await counts('app')).toEqual(before)
    expect(await server.sql('SELECT DISTINCT description FROM cto.projects')).toEqual([
      { description: 'changed since' },
    ])
  })
})

/** Without the parameters of cto, which libpq does not know. */
function plainUrl({ env }: World): string {
  const url = new URL(env['DATABASE_URL'] ?? '')
  url.search = ''
  return url.href
}
