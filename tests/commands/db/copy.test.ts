import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { serverVersions, useOwnServer } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'

// The project of the server has the catalogue of the migrations as they are now.
useServer()

describe.each(serverVersions)('cto db copy on PostgreSQL $version', (version) => {
  const server = useOwnServer(version, [])
  const urlOf = (schema: string, user?: string) => {
    const url = new URL(server.url)
    url.searchParams.set('schema', schema)
    if (user !== undefined) url.username = user
    return url.href
  }
  const copyTo = (url: string, ...words: string[]) => cto(server, 'db', 'copy', '--to-url', url, ...words)
  const rows = async (schema: string) =>
    (await server.sql<{ n: number }>(`SELECT count(*)::int AS n FROM "${schema}".bugs`))[0]?.n

  beforeAll(async () => {
    if (!Object.hasOwn(server, 'url')) return
    expect(await cto(server, 'db', 'seed', '--size', 'large', '--bugs', '3000', '--quiet')).toMatchObject({
      exitCode: 0,
    })
  }, 120_000)

  beforeEach(async () => {
    await server.admin('DROP SCHEMA IF EXISTS target CASCADE')
  })

  test('onto itself is wrong usage, at once', async () => {
    const { exitCode, stderr } = await copyTo(server.url.href)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('are the same database')])
  })

  test('into a schema with tables of others that have our names is exit 4, and drops nothing', async () => {
    await server.sql('CREATE SCHEMA target')
    await server.sql('CREATE TABLE target.bugs (theirs int)')
    const { exitCode, stderr } = await copyTo(urlOf('target'))
    expect(exitCode, stderr).toBe(4)
    expect(await server.sql('SELECT theirs FROM target.bugs')).toEqual([])
  })

  test('into a schema that others use is exit 4, and leaves their tables as they are', async () => {
    await server.sql('CREATE SCHEMA target')
    await server.sql('CREATE TABLE target.invoices AS SELECT 1 AS id')
    const { exitCode, stderr } = await copyTo(urlOf('target'))
    expect(exitCode, stderr).toBe(4)
    expect(await server.sql('SELECT id FROM target.invoices')).toEqual([{ id: 1 }])
  })

  test('without the right to create a schema is exit 4', async () => {
    await server.admin(`CREATE ROLE poor LOGIN PASSWORD 'secret'`)
    const { exitCode, stderr } = await copyTo(urlOf('target', 'poor'))
    await server.admin('DROP ROLE poor')
    expect([exitCode, stderr]).toEqual([4, expect.not.stringContaining('went wrong')])
  })

  test('is of one moment, whatever others write meanwhile', async () => {
    const work = { isDone: false }
    const copying = copyTo(urlOf('target')).finally(() => {
      work.isDone = true
    })
    // Each adds a bug and a row of its history in one transaction.
    for (let n = 0; !work.isDone; n++) {
      await server.sql(`
        WITH bug AS (
          INSERT INTO bugs (title, severity) VALUES ('Meanwhile ${n}', 'low') RETURNING id
        )
        INSERT INTO bug_history (bug_id, field_changed, old_value, new_value)
        SELECT id, 'title', 'x', 'Meanwhile ${n}' FROM bug`)
    }
    const { exitCode, stderr } = await copying
    expect(exitCode, stderr).toBe(0)
    const [counts] = await server.sql<{ bugs: number; changes: number }>(`
      SELECT
        (SELECT count(*)::int FROM target.bugs WHERE title LIKE 'Meanwhile%') AS bugs,
        (SELECT count(*)::int FROM target.bug_history WHERE new_value LIKE 'Meanwhile%') AS changes`)
    expect(counts?.bugs).toBe(counts?.changes)
  })

  test.each(['source', 'target'])(
    'that loses the connection to the %s ends with exit 6 and leaves nothing',
    async (side) => {
      const work = { isDone: false }
      const copying = copyTo(urlOf('target')).finally(() => {
        work.isDone = true
      })
      const statement = side === 'source' ? 'COPY (SELECT%' : 'COPY %FROM STDIN%'
      let ended = 0
      while (!work.isDone && ended === 0) {
        const found = await server.admin(`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE '${statement}' AND usename = 'app' AND pid <> pg_backend_pid()`)
        ended = found.length
      }
      const { exitCode, stderr } = await copying
      expect([ended > 0, exitCode], stderr).toEqual([true, 6])
      expect(await server.sql(`SELECT FROM pg_tables WHERE schemaname = 'target'`)).toEqual([])
    },
  )

  test('a second run is exit 7 before it reads the source, and changes nothing', async () => {
    expect((await copyTo(urlOf('target'))).exitCode).toBe(0)
    const before = await rows('target')
    const { exitCode, stderr } = await copyTo(urlOf('target'))
    expect([exitCode, stderr]).toEqual([7, expect.stringContaining('holds rows')])
    expect(await rows('target')).toBe(before)
  })
})
