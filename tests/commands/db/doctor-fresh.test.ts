import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { connectToServer } from '../../../src/engine/connection/server.js'
import type { HealthReport } from '../../../src/shapes/health-check.js'
import { cto } from '../../helpers/cto.js'
import { programsOf15, startPostgresql } from '../../helpers/postgresql-server.js'
import { useServer } from '../../helpers/server.js'
import { serverSettings } from '../../helpers/settings.js'

// The project of the server has the catalogue of the migrations as they are now.
useServer()

/** As a server of production has them: the tests' own is made to be fast. */
const careful = ['fsync=on', 'full_page_writes=on', 'autovacuum=on']

test.for([
  { version: 18, installed: undefined },
  { version: 15, installed: programsOf15 },
])(
  'doctor finds nothing in a fresh database of PostgreSQL $version, as an ordinary role',
  { timeout: 300_000 },
  async (server, { skip }) => {
    const { version, installed } = server
    skip(
      installed !== undefined && !existsSync(installed),
      `PostgreSQL ${version} is not installed in ${installed ?? ''}`,
    )
    const folder = await mkdtemp(path.join(tmpdir(), 'cto-test-'))
    const postgresql = await startPostgresql(careful, installed === undefined ? {} : { installed })
    try {
      const admin = await connectToServer(serverSettings(`${postgresql.url}/postgres?sslmode=disable`), {
        readOnly: false,
      })
      await admin.pool.query("CREATE ROLE app LOGIN PASSWORD 'secret'")
      await admin.pool.query('CREATE DATABASE fresh OWNER app')
      await admin.close()
      const url = new URL(`${postgresql.url}/fresh?sslmode=disable&schema=portfolio`)
      url.username = 'app'
      const world = { env: { DATABASE_URL: url.href }, folder, now: new Date() }
      expect(await cto(world, 'db', 'init')).toMatchObject({ exitCode: 0 })
      // The machine may be slow; that is no fault of the database.
      const { stdout, exitCode, stderr } = await cto(
        world,
        'db',
        'doctor',
        '--skip',
        'conn.latency,self',
        '--json',
      )
      expect(exitCode, stderr).toBe(0)
      const { checks } = (JSON.parse(stdout) as { data: HealthReport }).data
      expect(checks.filter(({ status }) => status === 'finding')).toEqual([])
      expect(checks.find(({ id }) => id === 'schema.drift')).toMatchObject({ status: 'ok' })
      expect(checks.filter(({ message }) => message.startsWith('failed'))).toEqual([])
      const topics = ['tables', 'activity', 'checkpoints', 'replication', 'progress', 'locks', 'columns']
      for (const topic of topics) expect((await cto(world, 'db', 'inspect', topic)).exitCode, topic).toBe(0)
    } finally {
      await postgresql.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
